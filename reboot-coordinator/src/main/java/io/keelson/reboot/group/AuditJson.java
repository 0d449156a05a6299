package io.keelson.reboot.group;

import okio.Buffer;
import okio.ByteString;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The audit entries of one write as JSON; the store knows their revision. */
public final class AuditJson {
    private static final JsonFactory JSON = new JsonFactory();

    private AuditJson() {}

    public static ByteString write(List<AuditEntry> entries) {
        var buffer = new Buffer();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), buffer.outputStream())) {
            json.writeStartObject();
            json.writeArrayPropertyStart("entries");
            entries.forEach(entry -> {
                json.writeStartObject();
                writeFields(json, entry);
                json.writeEndObject();
            });
            json.writeEndArray();
            json.writeEndObject();
        }
        return buffer.readByteString();
    }

    /** An entry's fields, without its revision, into an object that is open. */
    public static void writeFields(JsonGenerator json, AuditEntry entry) {
        json.writeStringProperty("at", entry.at().toString());
        json.writeStringProperty("actor", entry.actor());
        json.writeStringProperty("event", entry.event());
    }

    /** The entries of the write of that revision. */
    public static List<AuditEntry> read(ByteString document, long revision) throws IOException {
        try (var json = JSON.createParser(ObjectReadContext.empty(), document.toByteArray())) {
            json.nextToken();
            var fields = new JsonFields(json, "audit");
            List<AuditEntry> entries = new ArrayList<>();
            while (fields.next()) {
                if (!fields.name().equals("entries")) {
                    throw fields.unknown();
                }
                entries = fields.list(each -> readEntry(each, revision));
            }
            return entries;
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static AuditEntry readEntry(JsonFields fields, long revision) {
        Instant at = Instant.EPOCH;
        String actor = "";
        String event = "";
        while (fields.next()) {
            switch (fields.name()) {
                case "at" -> at = fields.instant();
                case "actor" -> actor = fields.text();
                case "event" -> event = fields.text();
                default -> throw fields.unknown();
            }
        }
        fields.require("at", "actor", "event");
        return new AuditEntry(revision, at, actor, event);
    }
}
