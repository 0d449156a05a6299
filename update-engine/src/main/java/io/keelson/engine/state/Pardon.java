package io.keelson.engine.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A wish of the server's operator that was followed: to try again what had failed here.
 *
 * @param asked when it was asked for, by the server's clock
 * @param followed when this host did
 */
public record Pardon(Instant asked, Instant followed) {
    /**
     * A server that asks all the time must not make a host fetch and boot a bad release forever.
     */
    private static final Duration INTERVAL = Duration.ofHours(1);

    /** What a wish that comes now comes to: each is followed once, and not one after the other. */
    public static Optional<Pardon> of(Instant asked, Instant now, Optional<Pardon> last) {
        boolean isFollowed = last.filter(l -> l.asked().equals(asked)).isPresent();
        boolean isTooSoon =
                last.map(Pardon::followed)
                        .filter(at -> !now.isBefore(at) && now.isBefore(at.plus(INTERVAL)))
                        .isPresent();
        return isFollowed || isTooSoon ? Optional.empty() : Optional.of(new Pardon(asked, now));
    }
}
