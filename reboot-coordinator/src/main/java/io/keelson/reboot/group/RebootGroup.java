package io.keelson.reboot.group;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The document of one group: the only truth about who may reboot. Free slots are derived, never
 * stored; who waits is kept beside it, see {@link Waiter}.
 *
 * @param generation which store this document belongs to
 * @param holders in the order of their grants
 */
public record RebootGroup(
        Generation generation,
        GroupPolicy policy,
        Failures failures,
        Optional<Halt> halted,
        List<Holder> holders) {
    /** The fence of a holder whose granting write has not been read back yet. */
    public static final long FENCE_OF_THIS_WRITE = 0;

    /** Waiters beyond these are turned away. */
    public static final int QUEUE_MAX = 100_000;

    public RebootGroup {
        holders = List.copyOf(holders);
        requireDistinct(holders.stream().map(Holder::id).toList());
    }

    /**
     * A document found in a store with another id was carried there, as by a restored snapshot:
     * what it says about holders may be old.
     *
     * @param store id of the etcd cluster or of the file store, empty before the first write
     * @param number counts the stores this document has lived in
     * @param policySource digest of the policy file's part that was applied last, or empty
     * @param lastFence the highest fence this document has given, 0 before the first
     */
    public record Generation(String store, int number, String policySource, long lastFence) {
        public static final Generation NONE = new Generation("", 0, "", 0);

        /** More than a store can have given between its backup and its end. */
        private static final long FENCES_LOST_MAX = 1L << 32;

        public Generation in(String next) {
            return new Generation(next, number + 1, policySource, lastFence);
        }

        public Generation withPolicySource(String next) {
            return new Generation(store, number, next, lastFence);
        }

        public Generation withLastFence(long fence) {
            return new Generation(store, number, policySource, fence);
        }

        /** After a restore: beyond all fences that the lost part of the store may have given. */
        public Generation beyond(long seen) {
            return withLastFence(Math.max(lastFence, seen) + FENCES_LOST_MAX);
        }
    }

    /**
     * What went wrong so far.
     *
     * @param since when the counting started, by the clock of the writer
     */
    public record Failures(int used, Instant since, Optional<LastFailure> last) {
        public Failures {
            if (used < 0) {
                throw new IllegalArgumentException("failures used must not be negative: " + used);
            }
        }
    }

    /** The failure counted last. */
    public record LastFailure(String id, String reason, Instant at, String request) {
        public LastFailure {
            Names.require("node id", id);
            Names.require("request id", request);
        }
    }

    /** Why and since when nobody is granted a slot, and who decided it. */
    public record Halt(String reason, Instant at, String actor) {}

    /**
     * A node that has a slot.
     *
     * @param boot its boot id when the slot was granted
     * @param version what it ran then, empty when it did not say
     * @param fence higher than those of all grants before, also of other hosts
     * @param request id of the request that was granted, decides a request whose answer was lost
     * @param since when it was granted, by the clock of the writer
     */
    public record Holder(
            String id,
            String boot,
            String version,
            HolderState state,
            long fence,
            String request,
            Instant since) {
        public Holder {
            Names.require("node id", id);
            Names.require("boot id", boot);
            Names.require("request id", request);
            version = Names.oneLine(version);
            if (fence < 0) {
                throw new IllegalArgumentException("negative fence: " + fence);
            }
        }

        public Holder withState(HolderState next) {
            return new Holder(id, boot, version, next, fence, request, since);
        }

        public Holder withFence(long revision) {
            return new Holder(id, boot, version, state, revision, request, since);
        }
    }

    /** A group nobody has written yet. */
    public static RebootGroup defaults(Instant now) {
        return of(GroupPolicy.defaults(), now);
    }

    /** A group without holders and failures. */
    public static RebootGroup of(GroupPolicy policy, Instant now) {
        return new RebootGroup(
                Generation.NONE,
                policy,
                new Failures(0, now, Optional.empty()),
                Optional.empty(),
                List.of());
    }

    public Optional<Holder> holder(String id) {
        return holders.stream().filter(holder -> holder.id().equals(id)).findFirst();
    }

    /** Slots nobody holds; negative after the slots were made fewer than the holders. */
    public int free(int members) {
        return policy.slots().of(members) - holders.size();
    }

    public boolean isBudgetUsed() {
        return failures.used() >= policy.failureBudget();
    }

    public RebootGroup withGeneration(Generation next) {
        return new RebootGroup(next, policy, failures, halted, holders);
    }

    public RebootGroup withPolicy(GroupPolicy next) {
        return new RebootGroup(generation, next, failures, halted, holders);
    }

    public RebootGroup withFailures(Failures next) {
        return new RebootGroup(generation, policy, next, halted, holders);
    }

    public RebootGroup withHalted(Optional<Halt> next) {
        return new RebootGroup(generation, policy, failures, next, holders);
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

    private RebootGroup withHolders(List<Holder> next) {
        return new RebootGroup(generation, policy, failures, halted, next);
    }

    private static void requireDistinct(List<String> ids) {
        if (ids.stream().distinct().count() != ids.size()) {
            throw new IllegalArgumentException("holders name a node twice: " + ids);
        }
    }
}
