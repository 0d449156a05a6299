package io.keelson.server.release;

import java.time.Instant;
import java.util.Optional;

/**
 * A name that hosts follow and the release it points at.
 *
 * @param version empty while nothing was promoted to the channel
 * @param paused whether new offers are held back
 * @param downgrade the file of a signed statement that allows an older release, or empty
 */
public record Channel(
        String name,
        Optional<String> version,
        boolean paused,
        long pollIntervalSeconds,
        Instant updatedAt,
        Optional<String> downgrade) {
    /** What hosts of no channel, or of a channel that says nothing else, are told. */
    public static final long POLL_INTERVAL_SECONDS = 2700;

    /** A channel that sends nobody to an older release. */
    public Channel(
            String name,
            Optional<String> version,
            boolean paused,
            long pollIntervalSeconds,
            Instant updatedAt) {
        this(name, version, paused, pollIntervalSeconds, updatedAt, Optional.empty());
    }

    Channel withDowngrade(Optional<String> statement, Instant now) {
        return new Channel(name, version, paused, pollIntervalSeconds, now, statement);
    }
}
