package io.keelson.engine.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** When a host reboots into an update that is ready. */
public enum RebootStrategy {
    /** Only when somebody asks for it. */
    OFF("off"),
    /** At once. */
    IMMEDIATE("immediate"),
    /** In one of the host's own windows. */
    WINDOW("window"),
    /** As soon as the group's reboot lock is granted. */
    LOCK("lock"),
    /** As soon as the group's reboot lock is granted within one of the host's own windows. */
    LOCK_WINDOW("lock+window");

    private final String text;

    RebootStrategy(String text) {
        this.text = text;
    }

    /**
     * @param hasWindow whether windows are set: Flatcar's two names heed them without saying so
     */
    static RebootStrategy parse(String given, boolean hasWindow) throws ConfigException {
        String name = given.toLowerCase(Locale.ROOT);
        if (name.equals("reboot")) {
            return hasWindow ? WINDOW : IMMEDIATE;
        }
        if (name.equals("etcd-lock")) {
            return hasWindow ? LOCK_WINDOW : LOCK;
        }
        for (RebootStrategy strategy : values()) {
            if (strategy.text.equals(name)) {
                return strategy;
            }
        }
        String known =
                Arrays.stream(values()).map(RebootStrategy::text).collect(Collectors.joining(", "));
        throw new ConfigException("REBOOT_STRATEGY=" + given + " is not one of " + known);
    }

    /** The word used in update.conf. */
    public String text() {
        return text;
    }

    public boolean needsLock() {
        return this == LOCK || this == LOCK_WINDOW;
    }

    public boolean needsWindow() {
        return this == WINDOW || this == LOCK_WINDOW;
    }
}
