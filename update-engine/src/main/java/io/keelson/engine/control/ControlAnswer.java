package io.keelson.engine.control;

import io.keelson.engine.json.JsonObject;

import java.util.Optional;

/**
 * An HTTP status and a JSON body; a refusal has {@code kind} and {@code message} in it.
 *
 * @param text what is said instead, to those who understand no JSON
 */
public record ControlAnswer(int status, JsonObject body, Optional<Text> text) {
    /** A body that is no JSON. */
    public record Text(String contentType, String content) {}

    public ControlAnswer(int status, JsonObject body) {
        this(status, body, Optional.empty());
    }

    public static ControlAnswer text(String contentType, String content) {
        return new ControlAnswer(
                200, JsonObject.empty(), Optional.of(new Text(contentType, content)));
    }

    public static ControlAnswer ok(JsonObject body) {
        return new ControlAnswer(200, body);
    }

    /** The command is right but not now. */
    public static ControlAnswer conflict(String message) {
        return refusal(409, "conflict", message);
    }

    public static ControlAnswer refusal(int status, String kind, String message) {
        return new ControlAnswer(
                status, JsonObject.empty().with("kind", kind).with("message", message));
    }

    public boolean isOk() {
        return status < 300;
    }
}
