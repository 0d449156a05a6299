package io.keelson.reboot.window;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time in which reboots may run: {@code start} belongs to it, {@code end} does not, so
 * that a reboot that is over exactly at the end still fits.
 *
 * @param end {@link #NEVER_ENDS} when no end is known
 */
public record Opening(Instant start, Instant end) {
    /** The end of an opening that goes on for longer than anybody looks ahead. */
    public static final Instant NEVER_ENDS = Instant.MAX;

    public Opening {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("an opening from " + start + " to " + end);
        }
    }

    /** Whether something that starts then and takes that long is over when this ends. */
    public boolean fits(Instant begin, Duration expected) {
        return !begin.isBefore(start)
                && begin.isBefore(end)
                && !end.minus(expected).isBefore(begin);
    }

    public boolean isEndless() {
        return end.equals(NEVER_ENDS);
    }

    Duration length() {
        return Duration.between(start, end);
    }
}
