package io.keelson.reboot;

import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.rules.Standing;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;
import java.util.List;

/**
 * A group as read at one revision of the store.
 *
 * @param group name of the group
 * @param revision revision of the document, 0 when nobody has written it yet
 * @param standing the document, and the first of those who wait
 */
public record RebootStatus(String group, long revision, Standing standing) {
    private static final JsonFactory JSON = new JsonFactory();

    public RebootGroup document() {
        return standing.group();
    }

    /** The first of those who wait, in the order of service. */
    public List<Waiter> queue() {
        return standing.line().first();
    }

    /**
     * One JSON object: {@code group}, {@code revision}, {@code slots}, {@code free}, the document's
     * fields, {@code waiting} (how many) and {@code queue} (the first of them).
     */
    public String toJson() {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json);
        }
        return text.toString();
    }

    /** The same object as a value of a larger document. */
    public void write(JsonGenerator json) {
        json.writeStartObject();
        writeFields(json);
        json.writeEndObject();
    }

    /** Its fields into an object that is open. */
    public void writeFields(JsonGenerator json) {
        json.writeStringProperty("group", group);
        json.writeNumberProperty("revision", revision);
        json.writeNumberProperty("slots", standing.slots());
        json.writeNumberProperty("free", standing.free());
        GroupJson.writeFields(json, document());
        json.writeNumberProperty("waiting", standing.line().length());
        json.writeArrayPropertyStart("queue");
        for (Waiter waiter : queue()) {
            json.writeStartObject();
            GroupJson.writeFields(json, waiter);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
