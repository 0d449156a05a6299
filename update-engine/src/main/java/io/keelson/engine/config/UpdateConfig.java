package io.keelson.engine.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The settings of a host, merged from {@code update.conf} files and validated. The key names are
 * update_engine's where it has one; Flatcar's {@code LOCKSMITHD_*} names are understood too.
 *
 * @param metrics where they are besides the control socket
 * @param remarks one sentence for each setting that was passed over
 */
public record UpdateConfig(
        Optional<URI> server,
        String group,
        PollSettings poll,
        RebootSettings reboot,
        int tries,
        String machineAlias,
        ConnectionSettings connection,
        HealthSettings health,
        MetricsSettings metrics,
        List<String> remarks) {
    public UpdateConfig {
        remarks = List.copyOf(remarks);
    }

    /**
     * How often to ask for updates.
     *
     * @param isExplicit whether an administrator chose the interval; then the server's wish for
     *     another one does not count
     */
    public record PollSettings(Duration interval, boolean isExplicit) {}

    /**
     * Where metrics are.
     *
     * @param textfile written for a collector of the host
     * @param address of this host alone, where they are served
     */
    public record MetricsSettings(Optional<Path> textfile, Optional<InetSocketAddress> address) {}

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

    /** Flatcar's names of what has no counterpart here. */
    private static final Set<String> PASSED_OVER = Set.of("LOCKSMITHD_DEBUG");

    private static final SortedMap<String, String> DEFAULTS = defaults();

    private static SortedMap<String, String> defaults() {
        var values = new TreeMap<String, String>();
        values.put("SERVER", "disabled");
        values.put("GROUP", "stable");
        values.put("POLL_INTERVAL", "2700");
        values.putAll(ConnectionKeys.DEFAULTS);
        values.putAll(RebootKeys.DEFAULTS);
        values.putAll(LockKeys.DEFAULTS);
        values.put("TRIES", "3");
        values.put("MACHINE_ALIAS", "");
        values.put("METRICS_ADDRESS", "");
        values.put("METRICS_TEXTFILE", "");
        values.put("HEALTH_TIMEOUT", "120");
        values.put("REQUIRED_UNITS", "keelsond.service");
        return values;
    }

    /** The names of all settings this release understands, Flatcar's among them. */
    public static SortedSet<String> keys() {
        var keys = new TreeSet<>(DEFAULTS.keySet());
        keys.addAll(LockKeys.ALIASES.keySet());
        keys.addAll(RebootKeys.ALIASES.keySet());
        keys.addAll(PASSED_OVER);
        return keys;
    }

    /** Reads the files that exist, a later one over an earlier one. */
    public static UpdateConfig load(List<Path> lowestFirst) throws IOException {
        return load(lowestFirst, AnnouncedKeys.NONE);
    }

    /**
     * As {@link #load(List)}.
     *
     * @param announced settings that are of another release of this machine, and no typo
     */
    public static UpdateConfig load(List<Path> lowestFirst, AnnouncedKeys announced)
            throws IOException {
        var values = new TreeMap<>(DEFAULTS);
        var given = new TreeSet<String>();
        var remarks = new ArrayList<String>();
        for (Path file : lowestFirst) {
            for (var entry : ConfigFile.read(file).entrySet()) {
                String key =
                        LockKeys.ALIASES.getOrDefault(
                                entry.getKey(),
                                RebootKeys.ALIASES.getOrDefault(entry.getKey(), entry.getKey()));
                if (DEFAULTS.containsKey(key)) {
                    values.put(key, entry.getValue());
                    given.add(key);
                } else if (PASSED_OVER.contains(key)) {
                    remarks.add(
                            "%s in %s is locksmith's own and does nothing here"
                                    .formatted(key, file));
                } else {
                    remarks.add(ignored(file, entry.getKey(), announced));
                }
            }
        }
        return validated(new Values(values), given.contains("POLL_INTERVAL"), remarks);
    }

    private static String ignored(Path file, String key, AnnouncedKeys announced)
            throws ConfigException {
        String release =
                announced
                        .releaseOf(key)
                        .orElseThrow(() ->
                                new ConfigException(
                                        "unknown setting %s in %s; known: %s"
                                                .formatted(key, file, String.join(", ", keys()))));
        return "%s in %s is a setting of release %s and does nothing in this one"
                .formatted(key, file, release);
    }

    private static UpdateConfig validated(
            Values values, boolean isPollExplicit, List<String> remarks) throws IOException {
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
                ConnectionKeys.read(values),
                new HealthSettings(
                        values.seconds("HEALTH_TIMEOUT", 0, HEALTH_SECONDS_MAX),
                        values.words("REQUIRED_UNITS")),
                new MetricsSettings(
                        values.file("METRICS_TEXTFILE"), values.loopback("METRICS_ADDRESS")),
                remarks);
    }

    /**
     * Files these settings name, whose content is part of what they mean.
     *
     * @param places where a file of the lock's settings is
     */
    List<Path> namedFiles(UnaryOperator<Path> places) {
        var files = new ArrayList<Path>(connection.files());
        reboot.lock().ifPresent(lock -> lock.files().forEach(f -> files.add(places.apply(f))));
        return List.copyOf(files);
    }
}
