package io.keelson.server.release;

import java.time.Instant;
import java.util.Optional;

/**
 * A name that hosts follow and the release it points at.
 *
 * @param version empty while nothing was promoted to the channel
 * @param paused whether new offers are held back
 */
public record Channel(
        String name,
        Optional<String> version,
        boolean paused,
        long pollIntervalSeconds,
        Instant updatedAt) {
    /** What hosts of no channel, or of a channel that says nothing else, are told. */
    public static final long POLL_INTERVAL_SECONDS = 2700;
}
