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
     * @param hasWindow whether windows are set: Flatcar's names heed them without saying so
     * @param hasLock whether a lock can be asked: {@code best-effort} does where it can
     */
    static RebootStrategy parse(String given, boolean hasWindow, boolean hasLock)
            throws ConfigException {
        String name = given.toLowerCase(Locale.ROOT);
        boolean isBestEffort = name.equals("best-effort");
        if (name.equals("etcd-lock") || (isBestEffort && hasLock)) {
            return hasWindow ? LOCK_WINDOW : LOCK;
        }
        if (name.equals("reboot") || isBestEffort) {
            return hasWindow ? WINDOW : IMMEDIATE;
        }
        for (RebootStrategy strategy : values()) {
            if (strategy.text.equals(name)) {
                return strategy;
            }
        }
        String known =
                Arrays.stream(values()).map(RebootStrategy::text).collect(Collectors.joining(", "));
        throw new ConfigException(
                "REBOOT_STRATEGY=%s is not one of %s, nor Flatcar's reboot, etcd-lock, best-effort"
                        .formatted(given, known));
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
