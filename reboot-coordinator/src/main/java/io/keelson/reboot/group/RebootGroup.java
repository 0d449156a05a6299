package io.keelson.reboot.group;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    public static final int DEFAULT_MAX = 1;
    public static final int DEFAULT_FAILURES_MAX = 3;
    public static final int SLOTS_MAX = 10_000;
    public static final int QUEUE_MAX = 4_096;

    /** The fence of a holder whose granting write has not been read back yet. */
    public static final long FENCE_OF_THIS_WRITE = 0;

    public RebootGroup {
        requireSlots(max);
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
            requireBudget(max);
            if (used < 0) {
                throw new IllegalArgumentException("failures used must not be negative: " + used);
            }
        }

        public boolean exhausted() {
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

        public Holder withState(HolderState next) {
            return new Holder(id, boot, next, fence, request, since);
        }

        public Holder withFence(long revision) {
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

    public Optional<Holder> holder(String id) {
        return holders.stream().filter(holder -> holder.id().equals(id)).findFirst();
    }

    /** The node's place in the queue, 1 for the next to be served, 0 when it does not wait. */
    public int position(String id) {
        for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i).id().equals(id)) {
                return i + 1;
            }
        }
        return 0;
    }

    public RebootGroup withMax(int slots) {
        return new RebootGroup(slots, failures, halted, holders, queue);
    }

    public RebootGroup withFailures(Failures next) {
        return new RebootGroup(max, next, halted, holders, queue);
    }

    public RebootGroup withHalted(Optional<Halt> next) {
        return new RebootGroup(max, failures, next, holders, queue);
    }

    public RebootGroup withHolder(Holder added) {
        return withHolders(Stream.concat(holders.stream(), Stream.of(added)).toList());
    }

    public RebootGroup withState(String id, HolderState state) {
        return withHolders(
                holders.stream()
                        .map(each -> each.id().equals(id) ? each.withState(state) : each)
                        .toList());
    }

    /** The same group once the write that left it has its revision. */
    public RebootGroup settledAt(long revision) {
        return withHolders(
                holders.stream()
                        .map(each ->
                                each.fence() == FENCE_OF_THIS_WRITE
                                        ? each.withFence(revision)
                                        : each)
                        .toList());
    }

    public RebootGroup withoutHolder(String id) {
        return withHolders(holders.stream().filter(holder -> !holder.id().equals(id)).toList());
    }

    public RebootGroup withWaiting(Waiting added) {
        return withQueue(Stream.concat(queue.stream(), Stream.of(added)).toList());
    }

    public RebootGroup withoutWaiting(String id) {
        return withQueue(queue.stream().filter(waiting -> !waiting.id().equals(id)).toList());
    }

    private RebootGroup withHolders(List<Holder> next) {
        return new RebootGroup(max, failures, halted, next, queue);
    }

    private RebootGroup withQueue(List<Waiting> next) {
        return new RebootGroup(max, failures, halted, holders, next);
    }

    /** Slots nobody holds; negative after the slots were made fewer than the holders. */
    public int free() {
        return max - holders.size();
    }

    public static void requireSlots(int slots) {
        if (slots < 1 || slots > SLOTS_MAX) {
            throw new IllegalArgumentException(
                    "slots must be 1 to " + SLOTS_MAX + " but are " + slots);
        }
    }

    public static void requireBudget(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException(
                    "the failure budget must be at least 1 but is " + failures);
        }
    }

    private static void requireDistinct(String what, List<String> ids) {
        if (ids.stream().distinct().count() != ids.size()) {
            throw new IllegalArgumentException(what + " name a node twice: " + ids);
        }
    }
}
