package io.keelson.omaha;

/** Values of {@code eventtype} that an update client sends (Omaha protocol v3, "event" element). */
public final class EventType {
    public static final int UPDATE_COMPLETE = 3;
    public static final int UPDATE_DOWNLOAD_STARTED = 13;
    public static final int UPDATE_DOWNLOAD_FINISHED = 14;

    private EventType() {}
}
