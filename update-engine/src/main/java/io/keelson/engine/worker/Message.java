package io.keelson.engine.worker;

import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.engine.install.InstallResult;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.json.FetchedJson;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a worker says, one line each; a file is named by its digest. */
sealed interface Message {
    record Accepted(Slot target, String sha256Hex) implements Message {}

    record Continued(String sha256Hex) implements Message {}

    /** The only one that is not answered. */
    record Progressed(long doneBytes, long totalBytes) implements Message {}

    record Verifying() implements Message {}

    record Detoured(String sha256Hex, String reason, boolean isLasting) implements Message {}

    record ContentWritten(Fetched fetched) implements Message {}

    /** The last one. */
    record Ended(InstallResult result) implements Message {}

    /** One line, without its end. */
    default String line() {
        return new String(JsonText.write(json(this)), StandardCharsets.UTF_8);
    }

    private static JsonObject json(Message message) {
        return switch (message) {
            case Accepted(var target, var file) ->
                    of("accepted").with("slot", target.name()).with("file", file);
            case Continued(var file) -> of("continued").with("file", file);
            case Progressed(var done, var total) ->
                    of("progressed").with("done", done).with("total", total);
            case Verifying() -> of("verifying");
            case Detoured(var file, var reason, var isLasting) ->
                    of("detoured")
                            .with("file", file)
                            .with("reason", reason)
                            .with("lasting", isLasting);
            case ContentWritten(var fetched) ->
                    of("written").with("fetched", FetchedJson.write(fetched));
            case Ended(InstallResult.Installed(var fetched)) ->
                    of("installed").with("fetched", FetchedJson.write(fetched));
            case Ended(InstallResult.Refused(var code, var reason)) ->
                    of("refused").with("code", code).with("reason", reason);
            case Ended(InstallResult.Failed(var code, var reason)) ->
                    of("failed").with("code", code).with("reason", reason);
        };
    }

    private static JsonObject of(String event) {
        return JsonObject.empty().with("event", event);
    }

    /** Reads what {@link #line} wrote. */
    static Message of(byte[] line) throws IOException {
        JsonObject json = JsonText.read(line);
        String event = json.text("event");
        return switch (event) {
            case "accepted" -> new Accepted(slot(json.text("slot")), json.text("file"));
            case "continued" -> new Continued(json.text("file"));
            case "progressed" -> new Progressed(json.number("done"), json.number("total"));
            case "verifying" -> new Verifying();
            case "detoured" ->
                    new Detoured(json.text("file"), json.text("reason"), json.flag("lasting"));
            case "written" -> new ContentWritten(fetched(json));
            case "installed" -> new Ended(new InstallResult.Installed(fetched(json)));
            case "refused" ->
                    new Ended(
                            new InstallResult.Refused(
                                    (int) json.number("code"), json.text("reason")));
            case "failed" ->
                    new Ended(
                            new InstallResult.Failed(
                                    (int) json.number("code"), json.text("reason")));
            default -> throw new IOException("unknown event \"" + event + "\"");
        };
    }

    private static Slot slot(String name) throws IOException {
        for (Slot slot : Slot.values()) {
            if (slot.name().equals(name)) {
                return slot;
            }
        }
        throw new IOException("unknown slot \"" + name + "\"");
    }

    private static Fetched fetched(JsonObject json) throws IOException {
        Optional<Fetched> fetched = FetchedJson.read(json.object("fetched"));
        return fetched.orElseThrow(() -> new IOException("no \"fetched\" object"));
    }
}
