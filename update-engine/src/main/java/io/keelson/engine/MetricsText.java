package io.keelson.engine;

import io.keelson.engine.json.JsonObject;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The status document in Prometheus' text format. */
final class MetricsText {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(JsonObject status) throws IOException {
        var metrics = new MetricsText();
        metrics.host(status);
        metrics.slots(status);
        metrics.troubles(status);
        return metrics.text.toString();
    }

    private void host(JsonObject status) throws IOException {
        gauge("keelson_info", "What runs, and where updates come from.");
        sample(
                "keelson_info",
                labels(
                        "version", status.optionalText("version").orElse(""),
                        "group", status.optionalText("group").orElse(""),
                        "server", status.optionalText("server").orElse("")),
                1);
        gauge("keelson_state", "1 for the state the agent is in.");
        String state = status.optionalText("state").orElse("");
        String to = status.object("detail").flatMap(d -> d.optionalText("to")).orElse("");
        sample("keelson_state", labels("state", state, "to", to), 1);
        time(
                status,
                "lastCheck",
                "keelson_last_check_timestamp_seconds",
                "The last answered check.");
        time(status, "nextCheck", "keelson_next_check_timestamp_seconds", "When the next is due.");
        Optional<JsonObject> detail =
                status.object("detail").filter(d -> d.values().containsKey("totalBytes"));
        if (detail.isPresent()) {
            one("keelson_download_bytes", "Fetched so far.", detail.get().number("doneBytes"));
            one("keelson_download_size_bytes", "To be fetched.", detail.get().number("totalBytes"));
        }
    }

    private void slots(JsonObject status) {
        gauge("keelson_slot_tries_left", "Boots a release on trial has left.");
        for (JsonObject slot : status.objects("slots")) {
            if (slot.values().get("triesLeft") instanceof Long tries) {
                sample("keelson_slot_tries_left", slot(slot), tries);
            }
        }
        gauge("keelson_slot", "1 for each slot, with what is in it.");
        for (JsonObject slot : status.objects("slots")) {
            sample("keelson_slot", slot(slot), 1);
        }
    }

    private static String slot(JsonObject slot) {
        return labels(
                "slot", slot.optionalText("slot").orElse(""),
                "version", slot.optionalText("version").orElse(""),
                "state", slot.optionalText("state").orElse(""));
    }

    private void troubles(JsonObject status) throws IOException {
        Optional<JsonObject> lock = status.object("lock");
        Optional<JsonObject> health = status.object("health");
        one("keelson_last_error", "1 if something failed last.", flag(status, "lastError"));
        time(
                status,
                "lastErrorAt",
                "keelson_last_error_timestamp_seconds",
                "When that first failed.");
        one(
                "keelson_settings_problem",
                "1 if update.conf is broken.",
                flag(status, "settingsProblem"));
        one("keelson_disk_problem", "1 if the slots cannot be read.", flag(status, "slotsError"));
        one("keelson_bad_releases", "Releases that failed here.", status.objects("bad").size());
        if (status.values().get("unreportedEvents") instanceof Long events) {
            one("keelson_unreported_events", "Events the server has not taken yet.", events);
        }
        if (lock.isPresent() && lock.get().values().get("position") instanceof Long position) {
            one("keelson_reboot_queue_position", "0 while not in the queue.", position);
        }
        boolean isPending = lock.isPresent() && lock.get().flag("releasePending");
        one(
                "keelson_lock_release_pending",
                "1 while a slot is to be handed back.",
                isPending ? 1 : 0);
        if (health.isPresent()) {
            boolean isHealthy = health.get().flag("healthy");
            one("keelson_healthy", "The health gate's verdict of this boot.", isHealthy ? 1 : 0);
        }
    }

    private static long flag(JsonObject status, String key) {
        return status.optionalText(key).isPresent() ? 1 : 0;
    }

    private void time(JsonObject status, String key, String name, String help) throws IOException {
        Optional<Instant> time = status.time(key);
        if (time.isPresent()) {
            one(name, help, time.get().getEpochSecond());
        }
    }

    private void one(String name, String help, long value) {
        gauge(name, help);
        sample(name, "", value);
    }

    private void gauge(String name, String help) {
        text.append("# HELP %s %s\n# TYPE %s gauge\n".formatted(name, help, name));
    }

    private void sample(String name, String labels, long value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }

    private static String labels(String... namesAndValues) {
        var labels = new StringBuilder("{");
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            String value =
                    namesAndValues[i + 1]
                            .replace("\\", "\\\\")
                            .replace("\"", "\\\"")
                            .replace("\n", "\\n");
            labels.append(i == 0 ? "" : ",");
            labels.append(namesAndValues[i]).append("=\"").append(value).append('"');
        }
        return labels.append('}').toString();
    }
}
