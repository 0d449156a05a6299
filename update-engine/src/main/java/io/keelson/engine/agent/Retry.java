package io.keelson.engine.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Doubling waits between tries of one delivery; says only the first failure of a row. */
final class Retry {
    private static final Duration WAIT_FIRST = Duration.ofSeconds(2);
    private static final Duration WAIT_MAX = Duration.ofMinutes(2);

    /** What has failed for so long is not going to work any minute. */
    private static final Duration OVERDUE = Duration.ofHours(1);

    private final InstantSource clock;
    private Duration wait = WAIT_FIRST;
    private Instant next = Instant.MIN;
    private volatile Optional<Trouble> trouble = Optional.empty();

    /**
     * A delivery that does not work.
     *
     * @param since the first failure of the row
     * @param reason of the last
     */
    record Trouble(Instant since, String reason) {
        @Override
        public String toString() {
            return "not since " + since + ": " + reason;
        }
    }

    Retry(InstantSource clock) {
        this.clock = clock;
    }

    /** What is wrong; on any thread. */
    Optional<Trouble> trouble() {
        return trouble;
    }

    boolean isFailing() {
        return trouble.isPresent();
    }

    boolean isOverdue() {
        return trouble.filter(found -> clock.instant().isAfter(found.since().plus(OVERDUE)))
                .isPresent();
    }

    boolean isDue() {
        return untilDue().isZero();
    }

    /** Zero, too, further ahead than any wait: the wall clock was set back meanwhile. */
    Duration untilDue() {
        Instant now = clock.instant();
        return now.isBefore(next) && !next.isAfter(now.plus(WAIT_MAX))
                ? Duration.between(now, next)
                : Duration.ZERO;
    }

    void succeeded() {
        wait = WAIT_FIRST;
        next = Instant.MIN;
        trouble = Optional.empty();
    }

    void failed(String reason) {
        Instant now = clock.instant();
        if (trouble.isEmpty()) {
            Journal.warn("not delivered yet, trying again", "reason", reason);
        }
        trouble = Optional.of(new Trouble(trouble.map(Trouble::since).orElse(now), reason));
        next = now.plus(wait);
        Duration doubled = wait.multipliedBy(2);
        wait = doubled.compareTo(WAIT_MAX) < 0 ? doubled : WAIT_MAX;
    }
}
