package io.keelson.engine.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** When to reboot, and the lock that is asked first under {@link RebootStrategy#LOCK}. */
    public record RebootSettings(
            RebootStrategy strategy, List<URI> lockEndpoints, String lockGroup) {
        public RebootSettings {
            lockEndpoints = List.copyOf(lockEndpoints);
        }
    }

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
    private static final Map<String, String> ALIASES =
            Map.of("LOCKSMITHD_ENDPOINT", "LOCK_ENDPOINTS", "LOCKSMITHD_GROUP", "LOCK_GROUP");

    private static SortedMap<String, String> defaults() {
        var values = new TreeMap<String, String>();
        values.put("SERVER", "disabled");
        values.put("GROUP", "stable");
        values.put("POLL_INTERVAL", "2700");
        values.put("REBOOT_STRATEGY", "off");
        values.put("LOCK_ENDPOINTS", "");
        values.put("LOCK_GROUP", "default");
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
            String key = ALIASES.getOrDefault(entry.getKey(), entry.getKey());
            if (!DEFAULTS.containsKey(key)) {
                throw new ConfigException(
                        "unknown setting %s; known: %s"
                                .formatted(entry.getKey(), String.join(", ", DEFAULTS.keySet())));
            }
            values.put(key, entry.getValue());
        }
        return validated(values, merged.containsKey("POLL_INTERVAL"));
    }

    private static UpdateConfig validated(SortedMap<String, String> values, boolean isPollExplicit)
            throws IOException {
        String server = text(values, "SERVER");
        var reboot =
                new RebootSettings(
                        RebootStrategy.parse(text(values, "REBOOT_STRATEGY")),
                        urls(values, "LOCK_ENDPOINTS"),
                        name(values, "LOCK_GROUP"));
        if (reboot.strategy() == RebootStrategy.LOCK && reboot.lockEndpoints().isEmpty()) {
            throw new ConfigException("REBOOT_STRATEGY=lock needs LOCK_ENDPOINTS, etcd's URLs");
        }
        return new UpdateConfig(
                server.isEmpty() || server.equals("disabled")
                        ? Optional.empty()
                        : Optional.of(url("SERVER", server)),
                name(values, "GROUP"),
                new PollSettings(
                        seconds(values, "POLL_INTERVAL", POLL_SECONDS_MIN, POLL_SECONDS_MAX),
                        isPollExplicit),
                reboot,
                (int) number(values, "TRIES", 1, TRIES_MAX),
                text(values, "MACHINE_ALIAS"),
                new HealthSettings(
                        seconds(values, "HEALTH_TIMEOUT", 0, HEALTH_SECONDS_MAX),
                        words(text(values, "REQUIRED_UNITS"))));
    }

    private static String text(SortedMap<String, String> values, String key) {
        return values.getOrDefault(key, "");
    }

    private static String name(SortedMap<String, String> values, String key)
            throws ConfigException {
        String value = text(values, key);
        if (!value.matches("[0-9A-Za-z._-]{1,64}")) {
            throw new ConfigException(
                    key + "=" + value + " is not a name of letters, digits and . _ -");
        }
        return value;
    }

    private static Duration seconds(
            SortedMap<String, String> values, String key, long min, long max)
            throws ConfigException {
        return Duration.ofSeconds(number(values, key, min, max));
    }

    private static long number(SortedMap<String, String> values, String key, long min, long max)
            throws ConfigException {
        String value = text(values, key);
        if (value.matches("[0-9]{1,9}")) {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw new ConfigException(
                "%s=%s is not a number from %d to %d".formatted(key, value, min, max));
    }

    private static List<URI> urls(SortedMap<String, String> values, String key)
            throws ConfigException {
        var urls = new ArrayList<URI>();
        for (String word : words(text(values, key))) {
            urls.add(url(key, word));
        }
        return List.copyOf(urls);
    }

    private static URI url(String key, String value) throws ConfigException {
        try {
            var url = new URI(value);
            String scheme = url.getScheme();
            if (url.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
                return url;
            }
        } catch (URISyntaxException _) {
            // Falls through to the one sentence below, which says more than the parser's index.
        }
        throw new ConfigException(key + "=" + value + " is not an http or https URL");
    }

    private static List<String> words(String value) {
        var words = new ArrayList<String>();
        for (String word : value.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return List.copyOf(words);
    }
}
