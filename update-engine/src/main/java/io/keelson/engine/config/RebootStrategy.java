package io.keelson.engine.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** When a host reboots into an update that is ready. */
public enum RebootStrategy {
    /** Only when somebody asks for it. */
    OFF,
    /** At once. */
    IMMEDIATE,
    /** As soon as the group's reboot lock is granted. */
    LOCK;

    // Flatcar's names for the same things.
    private static final Map<String, RebootStrategy> ALIASES =
            Map.of("reboot", IMMEDIATE, "etcd-lock", LOCK);

    static RebootStrategy parse(String text) throws ConfigException {
        String name = text.toLowerCase(Locale.ROOT);
        RebootStrategy alias = ALIASES.get(name);
        if (alias != null) {
            return alias;
        }
        for (RebootStrategy strategy : values()) {
            if (strategy.text().equals(name)) {
                return strategy;
            }
        }
        String known =
                Arrays.stream(values()).map(RebootStrategy::text).collect(Collectors.joining(", "));
        throw new ConfigException("REBOOT_STRATEGY=" + text + " is not one of " + known);
    }

    /** The word used in update.conf. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
