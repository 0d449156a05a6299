package io.keelson.engine.fetch;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How long to wait for a mirror, and in all.
 *
 * @param monotonicNanos {@link System#nanoTime()} on a host
 */
public record Patience(RandomGenerator random, LongSupplier monotonicNanos, Pause pause) {
    /** update_engine's {@code MaxFailureCountPerUrl}. */
    static final int FAILURES_PER_MIRROR_MAX = 10;

    /** A server that trickles must not keep the host from its other duties for ever. */
    static final Duration TRANSFER_MAX = Duration.ofHours(6);

    private static final Duration WAIT_FIRST = Duration.ofSeconds(1);
    private static final Duration WAIT_MAX = Duration.ofMinutes(1);
    private static final int DOUBLINGS_MAX = 16;

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /**
     * Waits after so many failures of a mirror: any time up to a limit that doubles, so that hosts
     * that were cut off together do not come back together ("full jitter").
     */
    void afterFailures(int failures) throws InterruptedIOException {
        if (failures == 0) {
            return;
        }
        Duration doubled = WAIT_FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        Duration limit = doubled.compareTo(WAIT_MAX) < 0 ? doubled : WAIT_MAX;
        try {
            pause.sleep(Duration.ofMillis(random.nextLong(limit.toMillis() + 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a mirror");
        }
    }
}
