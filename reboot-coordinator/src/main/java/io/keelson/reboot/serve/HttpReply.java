package io.keelson.reboot.serve;

import io.keelson.reboot.rules.RefusalKind;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** One answer, whatever server sends it. */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

    /** Writes a value. */
    interface Content {
        void write(JsonGenerator json);
    }

    static HttpReply ok(Content content) {
        return json(200, content);
    }

    static HttpReply text(String text) {
        return new HttpReply(
                200,
                Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    static HttpReply json(int status, Content content) {
        var buffer = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), buffer)) {
            content.write(json);
        }
        return new HttpReply(status, JSON_TYPE, buffer.toByteArray());
    }

    /** An error of FleetLock's form; {@code kind} is one of a few, {@code value} for people. */
    static HttpReply error(int status, RefusalKind kind, String value) {
        return json(
                status,
                json -> {
                    json.writeStartObject();
                    json.writeStringProperty("kind", kind.wire());
                    json.writeStringProperty("value", value);
                    json.writeEndObject();
                });
    }

    HttpReply retryAfter(Duration wait) {
        var headers = new java.util.HashMap<>(this.headers);
        headers.put("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
        return new HttpReply(status, headers, body);
    }
}
