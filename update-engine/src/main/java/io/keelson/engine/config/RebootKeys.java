package io.keelson.engine.config;

import io.keelson.engine.config.RebootSettings.Patience;
import io.keelson.reboot.window.Blackout;
import io.keelson.reboot.window.DurationText;
import io.keelson.reboot.window.RebootWindow;
import io.keelson.reboot.window.WindowCalendar;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys about rebooting, ours and those of Flatcar's locksmith. */
final class RebootKeys {
    /** Flatcar's name to ours; locksmith took its window without the prefix as well. */
    static final Map<String, String> ALIASES =
            Map.of(
                    "LOCKSMITHD_REBOOT_WINDOW_START", "REBOOT_WINDOW_START",
                    "LOCKSMITHD_REBOOT_WINDOW_LENGTH", "REBOOT_WINDOW_LENGTH");

    static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("REBOOT_STRATEGY", "off"),
                    Map.entry("REBOOT_WINDOWS", ""),
                    Map.entry("REBOOT_BLACKOUTS", ""),
                    Map.entry("REBOOT_TIMEZONE", ""),
                    Map.entry("REBOOT_WINDOW_START", ""),
                    Map.entry("REBOOT_WINDOW_LENGTH", ""),
                    Map.entry("REBOOT_EXPECTED", "600"),
                    Map.entry("REBOOT_WARNING", "300"),
                    Map.entry("REBOOT_INHIBITORS", "3600"),
                    Map.entry("DRAIN_TIMEOUT", "300"));

    private static final long EXPECTED_SECONDS_MAX = Duration.ofDays(1).toSeconds();
    private static final long WARNING_SECONDS_MAX = Duration.ofHours(1).toSeconds();
    private static final long INHIBITORS_SECONDS_MAX = Duration.ofDays(7).toSeconds();
    private static final long DRAIN_SECONDS_MAX = Duration.ofHours(6).toSeconds();

    private RebootKeys() {}

    /**
     * @param hostZone of windows and blackouts that name none
     */
    static RebootSettings read(Values values, ZoneId hostZone) throws ConfigException {
        ZoneId zone = zone(values.text("REBOOT_TIMEZONE"), hostZone);
        List<RebootWindow> windows = windows(values, zone);
        var strategy =
                RebootStrategy.parse(
                        values.text("REBOOT_STRATEGY"),
                        !windows.isEmpty(),
                        !(values.text("COORDINATOR") + values.text("LOCK_ENDPOINTS")).isEmpty());
        List<Blackout> blackouts =
                each(values, "REBOOT_BLACKOUTS", text -> Blackout.parse(text, zone));
        var settings =
                new RebootSettings(
                        strategy,
                        LockKeys.read(values),
                        values.name("LOCK_GROUP"),
                        made(
                                "REBOOT_WINDOWS and REBOOT_BLACKOUTS",
                                "",
                                _ -> new WindowCalendar(windows, blackouts)),
                        patience(values));
        requireAllUsed(settings);
        return settings;
    }

    private static Patience patience(Values values) throws ConfigException {
        return new Patience(
                values.seconds("REBOOT_EXPECTED", 1, EXPECTED_SECONDS_MAX),
                values.seconds("REBOOT_WARNING", 0, WARNING_SECONDS_MAX),
                values.seconds("REBOOT_INHIBITORS", 0, INHIBITORS_SECONDS_MAX),
                values.seconds("DRAIN_TIMEOUT", 1, DRAIN_SECONDS_MAX));
    }

    /** A setting that would silently do nothing is a mistake somebody finds out about too late. */
    private static void requireAllUsed(RebootSettings settings) throws ConfigException {
        String strategy = settings.strategy().text();
        boolean hasCalendar = !settings.calendar().equals(WindowCalendar.always());
        if (settings.strategy().needsLock() && settings.lock().isEmpty()) {
            throw new ConfigException(
                    "REBOOT_STRATEGY="
                            + strategy
                            + " needs COORDINATOR, a coordinator's URL, or LOCK_ENDPOINTS, etcd's URLs");
        }
        if (settings.strategy().needsWindow() && settings.calendar().windows().isEmpty()) {
            throw new ConfigException(
                    "REBOOT_STRATEGY="
                            + strategy
                            + " needs REBOOT_WINDOWS, such as 'Mon-Fri 02:00-05:00 Europe/Berlin'");
        }
        boolean isHeeded =
                settings.strategy().needsWindow() || settings.strategy() == RebootStrategy.OFF;
        if (hasCalendar && !isHeeded) {
            throw new ConfigException(
                    "windows or blackouts are set, but REBOOT_STRATEGY=%s does not heed them: use window or lock+window"
                            .formatted(strategy));
        }
        // A user who logs in at the start of the window is to have the whole warning.
        Duration needed = settings.patience().expected().plus(settings.patience().warning());
        Optional<String> tooShort = settings.calendar().tooShortFor(needed);
        if (tooShort.isPresent()) {
            throw new ConfigException(
                    "REBOOT_WINDOWS: %s (REBOOT_EXPECTED %s and REBOOT_WARNING %s)"
                            .formatted(
                                    tooShort.get(),
                                    DurationText.write(settings.patience().expected()),
                                    DurationText.write(settings.patience().warning())));
        }
    }

    private static List<RebootWindow> windows(Values values, ZoneId zone) throws ConfigException {
        var windows = each(values, "REBOOT_WINDOWS", text -> RebootWindow.parse(text, zone));
        String start = values.text("REBOOT_WINDOW_START");
        String length = values.text("REBOOT_WINDOW_LENGTH");
        if (start.isEmpty() != length.isEmpty()) {
            throw new ConfigException(
                    "REBOOT_WINDOW_START and REBOOT_WINDOW_LENGTH are set together or not at all");
        }
        if (!start.isEmpty()) {
            windows.add(
                    made(
                            "REBOOT_WINDOW_START",
                            start,
                            text -> RebootWindow.ofLocksmith(text, length, zone)));
        }
        return windows;
    }

    private static ZoneId zone(String name, ZoneId hostZone) throws ConfigException {
        return name.isEmpty()
                ? hostZone
                : made(
                        "REBOOT_TIMEZONE",
                        name,
                        text -> {
                            try {
                                return ZoneId.of(text);
                            } catch (DateTimeException e) {
                                throw new IllegalArgumentException(
                                        "not a time zone such as Europe/Berlin or UTC", e);
                            }
                        });
    }

    private static <T> List<T> each(Values values, String key, Function<String, T> parser)
            throws ConfigException {
        var parsed = new ArrayList<T>();
        for (String text : values.text(key).split(";", -1)) {
            if (!text.isBlank()) {
                parsed.add(made(key, text.strip(), parser));
            }
        }
        return parsed;
    }

    private static <T> T made(String key, String text, Function<String, T> parser)
            throws ConfigException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key + ": " + e.getMessage());
        }
    }
}
