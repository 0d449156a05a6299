package io.keelson.omaha;

/**
 * Values of {@code eventresult} that an update client sends (Omaha protocol v3, "event" element).
 */
public final class EventResult {
    public static final int ERROR = 0;
    public static final int SUCCESS = 1;

    /** On {@link EventType#UPDATE_COMPLETE}: the host has rebooted into the new release. */
    public static final int SUCCESS_REBOOT = 2;

    public static final int DEFERRED = 9;

    private EventResult() {}
}
