package io.keelson.reboot;

import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.RebootGroup;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;

/**
 * A group as read at one revision of the store.
 *
 * @param group name of the group
 * @param revision revision of the document, 0 when nobody has written it yet
 */
public record RebootStatus(String group, long revision, RebootGroup document) {
    private static final JsonFactory JSON = new JsonFactory();

    /** One JSON object: {@code group}, {@code revision}, {@code free} and the document's fields. */
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
        json.writeStringProperty("group", group);
        json.writeNumberProperty("revision", revision);
        json.writeNumberProperty("free", document.free());
        GroupJson.writeFields(json, document);
        json.writeEndObject();
    }
}
