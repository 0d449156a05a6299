package io.keelson.engine;

import io.keelson.engine.json.JsonObject;

import java.util.ArrayList;
import java.util.List;

/** The status document as one screen of text. */
final class StatusScreen {
    private StatusScreen() {}

    static List<String> lines(JsonObject status) {
        var lines = new ArrayList<String>();
        lines.add(line("version", text(status, "version")));
        lines.add(line("state", state(status)));
        for (JsonObject slot : status.objects("slots")) {
            lines.add(line("slot " + text(slot, "slot"), slot(slot)));
        }
        status.optionalText("slotsError").ifPresent(error -> lines.add(line("slots", error)));
        lines.add(line("secure boot", status.flag("secureBoot") ? "enforcing" : "off"));
        lines.add(
                line("server", text(status, "server") + " (group " + text(status, "group") + ")"));
        lines.add(line("last check", text(status, "lastCheck")));
        lines.add(line("next check", text(status, "nextCheck")));
        lines.add(line("last error", lastError(status)));
        status.optionalText("reportProblem")
                .ifPresent(problem -> lines.add(line("events", events(status, problem))));
        status.object("lastFetch").ifPresent(fetch -> lines.add(line("last update", fetch(fetch))));
        status.object("lock").ifPresent(lock -> lines.add(line("reboot", lock(lock))));
        for (JsonObject bad : status.objects("bad")) {
            lines.add(line("bad version", text(bad, "version") + ": " + text(bad, "reason")));
        }
        status.optionalText("settingsProblem")
                .ifPresent(problem -> lines.add(line("settings", problem)));
        for (String remark : status.texts("settingsRemarks")) {
            lines.add(line("settings", remark));
        }
        status.object("health")
                .ifPresent(health ->
                        lines.add(line("health", health.flag("healthy") ? "passed" : "failed")));
        return List.copyOf(lines);
    }

    static List<String> health(JsonObject verdict) {
        var lines = new ArrayList<String>();
        lines.add(line("version", text(verdict, "version")));
        lines.add(line("healthy", verdict.flag("healthy") ? "yes" : "no"));
        for (JsonObject check : verdict.objects("checks")) {
            boolean isSoft = text(check, "level").equals("soft");
            String failed = (isSoft ? "warns: " : "failed: ") + text(check, "detail");
            lines.add(line(text(check, "check"), check.flag("passed") ? "passed" : failed));
        }
        verdict.texts("log").forEach(entry -> lines.add(line("log", entry)));
        return List.copyOf(lines);
    }

    private static String lastError(JsonObject status) {
        return status.optionalText("lastError")
                .map(error ->
                        status.optionalText("lastErrorAt").map(at -> at + ": ").orElse("") + error)
                .orElse("-");
    }

    private static String events(JsonObject status, String problem) {
        return "%s cannot be told to the server, %s"
                .formatted(status.values().get("unreportedEvents"), problem);
    }

    private static String state(JsonObject status) {
        var state = new StringBuilder(text(status, "state"));
        status.object("detail")
                .ifPresent(detail ->
                        detail.values()
                                .forEach((key, value) ->
                                        state.append(' ').append(key).append('=').append(value)));
        return state.toString();
    }

    private static String slot(JsonObject slot) {
        String version = slot.optionalText("version").filter(v -> !v.isEmpty()).orElse("-");
        String tries =
                slot.values().containsKey("triesLeft")
                        ? ", tries left " + slot.values().get("triesLeft")
                        : "";
        return version + " (" + text(slot, "state") + tries + ")";
    }

    private static String fetch(JsonObject fetch) {
        String detours = fetch.optionalText("detours").orElse("");
        return "by %s, %s of %s bytes fetched, %s saved%s"
                .formatted(
                        text(fetch, "artifact"),
                        fetch.values().get("receivedBytes"),
                        fetch.values().get("fullBytes"),
                        fetch.values().get("savedBytes"),
                        detours.isEmpty() ? "" : " (" + detours + ")");
    }

    private static String lock(JsonObject lock) {
        var text = new StringBuilder(text(lock, "strategy"));
        if (text.toString().startsWith("lock")) {
            text.append(", group ").append(text(lock, "group"));
        }
        if (lock.flag("isWindowOpen")) {
            text.append(", window open");
        } else if (lock.values().containsKey("windows")) {
            text.append(", next window ").append(text(lock, "nextWindow"));
        }
        if (lock.values().containsKey("position")) {
            boolean isQueued = !Long.valueOf(0).equals(lock.values().get("position"));
            text.append(", waiting");
            text.append(isQueued ? " at position " + lock.values().get("position") : "");
            text.append(": ").append(text(lock, "reason"));
        }
        if (lock.flag("releasePending")) {
            text.append(", the slot is still to be handed back");
            lock.optionalText("releaseProblem").ifPresent(why -> text.append(", ").append(why));
        }
        return text.toString();
    }

    private static String line(String name, String value) {
        return "%-12s %s".formatted(name, value);
    }

    private static String text(JsonObject object, String key) {
        return object.optionalText(key).orElse("-");
    }
}
