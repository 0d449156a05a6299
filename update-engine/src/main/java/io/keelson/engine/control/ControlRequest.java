package io.keelson.engine.control;

import io.keelson.engine.json.JsonObject;

/** One call: a method, a path such as {@code /status}, and a body that may be empty. */
public record ControlRequest(String method, String path, JsonObject body) {}
