package io.keelson.reboot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The document of one group: the only truth about who may reboot. Free slots are derived, never
 * stored.
 *
 * @param max slots, at least 1
 * @param holders in the order of their grants
 * @param queue in the order of service
 */
public record RebootGroup(
        int max,
        Failures failures,
        Optional<Halt> halted,
        List<Holder> holders,
        List<Waiting> queue) {
    static final int DEFAULT_MAX = 1;
    static final int DEFAULT_FAILURES_MAX = 3;
    static final int SLOTS_MAX = 10_000;
    static final int QUEUE_MAX = 4_096;

    /** The fence of a holder whose granting write has not been read back yet. */
    static final long FENCE_OF_THIS_WRITE = 0;

    public RebootGroup {
        if (max < 1 || max > SLOTS_MAX) {
            throw new IllegalArgumentException(
                    "slots must be 1 to " + SLOTS_MAX + " but are " + max);
        }
        holders = List.copyOf(holders);
        queue = List.copyOf(queue);
        requireDistinct("holders", holders.stream().map(Holder::id).toList());
        requireDistinct("queue", queue.stream().map(Waiting::id).toList());
        if (queue.size() > QUEUE_MAX) {
            throw new IllegalArgumentException("the queue is longer than " + QUEUE_MAX);
        }
    }

    /**
     * The failure budget: how many nodes may fail before the group stops by itself.
     *
     * @param since when the counting started, by the clock of the writer
     */
    public record Failures(int used, int max, Instant since, Optional<LastFailure> last) {
        public Failures {
            if (used < 0 || max < 1) {
                throw new IllegalArgumentException("failure budget used " + used + " of " + max);
            }
        }

        boolean exhausted() {
            return used >= max;
        }
    }

    /** The failure counted last. */
    public record LastFailure(String id, String reason, Instant at, String request) {
        public LastFailure {
            Names.require("node id", id);
            Names.require("request id", request);
        }
    }

    /** Why and since when nobody is granted a slot. */
    public record Halt(String reason, Instant at) {}

    /**
     * A node that has a slot.
     *
     * @param boot its boot id when the slot was granted
     * @param fence revision of the granting write
     * @param request id of the request that was granted, decides a request whose answer was lost
     * @param since when it was granted, by the clock of the writer
     */
    public record Holder(
            String id, String boot, HolderState state, long fence, String request, Instant since) {
        public Holder {
            Names.require("node id", id);
            Names.require("boot id", boot);
            Names.require("request id", request);
            if (fence < 0) {
                throw new IllegalArgumentException("negative fence: " + fence);
            }
        }

        Holder withState(HolderState next) {
            return new Holder(id, boot, next, fence, request, since);
        }

        Holder withFence(long revision) {
            return new Holder(id, boot, state, revision, request, since);
        }
    }

    /** A node that waits for a slot; stays until served or removed. */
    public record Waiting(String id, String request, Instant since) {
        public Waiting {
            Names.require("node id", id);
            Names.require("request id", request);
        }
    }

    /** A group nobody has written yet. */
    public static RebootGroup defaults(Instant now) {
        return new RebootGroup(
                DEFAULT_MAX,
                new Failures(0, DEFAULT_FAILURES_MAX, now, Optional.empty()),
                Optional.empty(),
                List.of(),
                List.of());
    }

    /** Slots nobody holds; negative after the slots were made fewer than the holders. */
    public int free() {
        return max - holders.size();
    }

    private static void requireDistinct(String what, List<String> ids) {
        if (ids.stream().distinct().count() != ids.size()) {
            throw new IllegalArgumentException(what + " name a node twice: " + ids);
        }
    }
}
