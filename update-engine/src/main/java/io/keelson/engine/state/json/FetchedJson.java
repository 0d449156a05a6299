package io.keelson.engine.state.json;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.FileKind;

import java.io.IOException;
import java.util.Optional;

/** The form of a {@link Fetched} in the state file and in the host's status. */
public final class FetchedJson {
    private FetchedJson() {}

    public static JsonObject write(Fetched value) {
        return JsonObject.empty()
                .with("artifact", value.kind().text())
                .with("receivedBytes", value.receivedBytes())
                .with("fullBytes", value.fullBytes())
                .with("savedBytes", value.savedBytes())
                .with("detours", value.detours());
    }

    public static Optional<Fetched> read(Optional<JsonObject> json) throws IOException {
        if (json.isEmpty()) {
            return Optional.empty();
        }
        JsonObject value = json.get();
        Optional<FileKind> kind = FileKind.of(value.text("artifact"));
        return kind.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Fetched(
                                kind.get(),
                                value.number("receivedBytes"),
                                value.number("fullBytes"),
                                value.text("detours")));
    }
}
