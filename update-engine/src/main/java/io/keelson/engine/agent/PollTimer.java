package io.keelson.engine.agent;

import io.keelson.engine.config.UpdateConfig.PollSettings;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When the server is asked next. Hosts that booted together must not poll together, so every wait
 * gets a random part; failures back off from a short wait to hours.
 */
final class PollTimer {
    private static final Duration SERVER_MIN = Duration.ofSeconds(5);
    private static final Duration SERVER_MAX = Duration.ofHours(4);
    private static final Duration FIRST_MIN = Duration.ofSeconds(3);
    private static final Duration FIRST_SPREAD_MAX = Duration.ofSeconds(60);
    private static final Duration RETRY_FIRST = Duration.ofSeconds(60);
    private static final int DOUBLINGS_MAX = 16;
    private static final double JITTER = 0.1;

    private final Duration interval;
    private final boolean isExplicit;
    private final InstantSource clock;
    private final RandomGenerator random;
    private int failures;
    private volatile Instant next;

    PollTimer(PollSettings settings, InstantSource clock, RandomGenerator random) {
        this.interval = settings.interval();
        this.isExplicit = settings.isExplicit();
        this.clock = clock;
        this.random = random;
        Duration spread = shorter(interval.dividedBy(2), FIRST_SPREAD_MAX);
        this.next = clock.instant().plus(FIRST_MIN).plus(part(spread, random.nextDouble()));
    }

    Instant next() {
        return next;
    }

    boolean isDue() {
        return untilDue().isZero();
    }

    /**
     * Zero, too, when the wall clock was set back so far that the wait would grow beyond bounds.
     */
    Duration untilDue() {
        Duration left = Duration.between(clock.instant(), next);
        boolean isClockSetBack = left.compareTo(longestWait()) > 0;
        return left.isNegative() || isClockSetBack ? Duration.ZERO : left;
    }

    /** An operator wants it now. */
    void hurry() {
        next = clock.instant();
    }

    /** The server answered and may have said when it wants to be asked again. */
    void succeeded(Optional<Duration> serverInterval) {
        failures = 0;
        Duration wait =
                serverInterval
                        .filter(wanted -> !isExplicit && !wanted.isZero() && !wanted.isNegative())
                        .map(wanted -> shorter(longer(wanted, SERVER_MIN), SERVER_MAX))
                        .orElse(interval);
        in(wait);
    }

    /** The server offers an update; whether it can be installed is yet to be seen. */
    void offered() {
        in(interval);
    }

    /** How long the first wait after a failure is. */
    Duration firstRetry() {
        return shorter(RETRY_FIRST, interval);
    }

    void failed() {
        Duration doubled = firstRetry().multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX));
        in(shorter(doubled, longer(interval, SERVER_MAX)));
        failures++;
    }

    private Duration longestWait() {
        Duration longest = longer(interval, SERVER_MAX);
        return longest.plus(part(longest, JITTER)).plus(FIRST_MIN).plus(FIRST_SPREAD_MAX);
    }

    private void in(Duration wait) {
        next = clock.instant().plus(wait).plus(part(wait, JITTER * random.nextDouble()));
    }

    private static Duration part(Duration whole, double share) {
        return Duration.ofMillis((long) (whole.toMillis() * share));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
