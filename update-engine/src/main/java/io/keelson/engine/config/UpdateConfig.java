package io.keelson.engine.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of a host, merged from {@code update.conf} files and validated. The key names are
 * update_engine's where it has one; Flatcar's {@code LOCKSMITHD_*} names are understood too.
 */
public record UpdateConfig(
        Optional<URI> server,
        String group,
        PollSettings poll,
        RebootSettings reboot,
        int tries,
        String machineAlias,
        HealthSettings health) {

    /**
     * How often to ask for updates.
     *
     * @param isExplicit whether an administrator chose the interval; then the server's wish for
     *     another one does not count
     */
    public record PollSettings(Duration interval, boolean isExplicit) {}

    /** What the health gate waits for. */
    public record HealthSettings(Duration timeout, List<String> requiredUnits) {
        public HealthSettings {
            requiredUnits = List.copyOf(requiredUnits);
        }
    }

    /** systemd-boot's counter is two digits here; more tries than that only delay a fall-back. */
    private static final int TRIES_MAX = 9;

    private static final long POLL_SECONDS_MIN = 5;
    private static final long POLL_SECONDS_MAX = Duration.ofDays(7).toSeconds();
    private static final long HEALTH_SECONDS_MAX = 500;

    private static final SortedMap<String, String> DEFAULTS = defaults();

    private static SortedMap<String, String> defaults() {
        var values = new TreeMap<String, String>();
        values.put("SERVER", "disabled");
        values.put("GROUP", "stable");
        values.put("POLL_INTERVAL", "2700");
        values.putAll(RebootKeys.DEFAULTS);
        values.putAll(LockKeys.DEFAULTS);
        values.put("TRIES", "3");
        values.put("MACHINE_ALIAS", "");
        values.put("HEALTH_TIMEOUT", "120");
        values.put("REQUIRED_UNITS", "keelsond.service");
        return values;
    }

    /** Reads the files that exist, a later one over an earlier one. */
    public static UpdateConfig load(List<Path> lowestFirst) throws IOException {
        var values = new TreeMap<>(DEFAULTS);
        var merged = ConfigFile.merge(lowestFirst);
        for (var entry : merged.entrySet()) {
            String key =
                    LockKeys.ALIASES.getOrDefault(
                            entry.getKey(),
                            RebootKeys.ALIASES.getOrDefault(entry.getKey(), entry.getKey()));
            if (!DEFAULTS.containsKey(key)) {
                throw new ConfigException(
                        "unknown setting %s; known: %s"
                                .formatted(entry.getKey(), String.join(", ", DEFAULTS.keySet())));
            }
            values.put(key, entry.getValue());
        }
        return validated(new Values(values), merged.containsKey("POLL_INTERVAL"));
    }

    private static UpdateConfig validated(Values values, boolean isPollExplicit)
            throws IOException {
        String server = values.text("SERVER");
        return new UpdateConfig(
                server.isEmpty() || server.equals("disabled")
                        ? Optional.empty()
                        : Optional.of(Values.url("SERVER", server)),
                values.name("GROUP"),
                new PollSettings(
                        values.seconds("POLL_INTERVAL", POLL_SECONDS_MIN, POLL_SECONDS_MAX),
                        isPollExplicit),
                RebootKeys.read(values, ZoneId.systemDefault()),
                (int) values.number("TRIES", 1, TRIES_MAX),
                values.text("MACHINE_ALIAS"),
                new HealthSettings(
                        values.seconds("HEALTH_TIMEOUT", 0, HEALTH_SECONDS_MAX),
                        values.words("REQUIRED_UNITS")));
    }
}
