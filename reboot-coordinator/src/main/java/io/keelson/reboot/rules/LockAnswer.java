package io.keelson.reboot.rules;

import java.time.Instant;
import java.util.Optional;

/** The answer to a request for a reboot slot. */
public sealed interface LockAnswer {
    /** The slot is the node's; {@code fence} is higher than that of any grant before. */
    record Granted(long fence) implements LockAnswer {}

    /**
     * The node waits.
     *
     * @param position 1 for the next to be served
     * @param retryAt when the reason ends, if that is known
     * @param revision the group's revision this answer was read from, to wait for a change of it
     */
    record Queued(
            int position, RefusalKind kind, String reason, Optional<Instant> retryAt, long revision)
            implements LockAnswer {}

    /** The node does not wait and must not reboot. */
    record Refused(RefusalKind kind, String reason) implements LockAnswer {}

    /**
     * The store did not say, and nothing is known to be granted. A request that was sent may still
     * become effective: ask again, or give up with {@code leave} and an abandoning release.
     */
    record Unavailable(String reason) implements LockAnswer {}
}
