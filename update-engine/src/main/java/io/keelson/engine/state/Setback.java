package io.keelson.engine.state;

import java.time.Duration;
import java.time.Instant;

/**
 * A payload that could not be installed so far, which may be different next time.
 *
 * @param sha256Hex the full payload of the offer
 * @param tries that have failed
 * @param notBefore when it is tried again
 */
public record Setback(String sha256Hex, int tries, Instant notBefore) {
    private static final Duration WAIT_MAX = Duration.ofDays(1);
    private static final int DOUBLINGS_MAX = 16;

    /** One more failure than before, if this payload failed before. */
    static Setback after(Setback before, String sha256Hex, Instant now, Duration firstWait) {
        int tries = before.sha256Hex.equals(sha256Hex) ? before.tries + 1 : 1;
        Duration doubled = firstWait.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS_MAX));
        Duration wait = doubled.compareTo(WAIT_MAX) < 0 ? doubled : WAIT_MAX;
        return new Setback(sha256Hex, tries, now.plus(wait));
    }

    /** Whether this payload has to wait; not for ever, should the clock have been set back. */
    public boolean holdsBack(Offer offer, Instant now) {
        return offer.sha256Hex().equals(sha256Hex)
                && now.isBefore(notBefore)
                && !notBefore.isAfter(now.plus(WAIT_MAX));
    }
}
