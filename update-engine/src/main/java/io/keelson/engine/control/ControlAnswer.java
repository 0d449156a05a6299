package io.keelson.engine.control;

import io.keelson.engine.json.JsonObject;

/** An HTTP status and a JSON body; a refusal has {@code kind} and {@code message} in it. */
public record ControlAnswer(int status, JsonObject body) {
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
