package io.keelson.reboot;

import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.LastFailure;
import io.keelson.reboot.group.RebootGroup.Waiting;

import java.time.Instant;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * What each event does to a group; pure, so that a lost race only means to ask again.
 *
 * <pre>
 * node is   | request            | commit    | returned | healthy     | failed   | abandoned
 * ----------|--------------------|-----------|----------|-------------|----------|----------
 * unknown   | queued or granted  | fenced    | refused  | not holder  | not holder (all three)
 * queued    | granted when first | fenced    | refused  | not holder and out of the queue (all three)
 * granted   | same fence         | committed | returned | released *  | released | released
 * committed | same fence         | same      | returned | released *  | released | released
 * returned  | refused            | refused   | same     | released    | released | refused
 * </pre>
 *
 * <p>(*) only from another boot than the one that got the grant, as is {@code returned}. A node
 * leaves the queue by being served, by a release or by {@code leave}. Failed counts one use of the
 * failure budget; the last use halts the group.
 */
final class GroupRules {
    private GroupRules() {}

    /**
     * One call as it is evaluated now.
     *
     * @param request id of the call
     * @param maybeDone an earlier attempt of this same call may have been written
     */
    record Call(Instant now, String request, boolean maybeDone) {}

    /**
     * The group afterwards, and the answer once the revision of the write is known. An unchanged
     * group is not written; its answer gets the revision it was read at.
     */
    record Step<A>(RebootGroup group, LongFunction<A> answer) {
        static <A> Step<A> of(RebootGroup group, A answer) {
            return new Step<>(group, _ -> answer);
        }
    }

    /** The grant predicate; the first reason that applies is the one reported. */
    static Step<LockAnswer> request(RebootGroup group, NodeIdentity node, Call call) {
        Optional<Holder> held = group.holder(node.id());
        if (group.halted().isPresent()) {
            return Step.of(
                    group,
                    new LockAnswer.Refused(
                            RefusalKind.GROUP_HALTED, haltedBecause(group.halted().get())));
        }
        if (held.isPresent()) {
            return Step.of(group, again(held.get(), node));
        }
        if (group.free() > 0 && group.failures().exhausted()) {
            return Step.of(
                    group,
                    new LockAnswer.Refused(RefusalKind.BUDGET_EXHAUSTED, budget(group.failures())));
        }
        int position = group.position(node.id());
        boolean head = position == 1 || (position == 0 && group.queue().isEmpty());
        if (group.free() > 0 && head) {
            var holder =
                    new Holder(
                            node.id(),
                            node.bootId(),
                            HolderState.GRANTED,
                            RebootGroup.FENCE_OF_THIS_WRITE,
                            call.request(),
                            call.now());
            return new Step<>(
                    group.withoutWaiting(node.id()).withHolder(holder), LockAnswer.Granted::new);
        }
        return queue(group, node, call);
    }

    /** Grants nothing: turns a grant into permission to reboot now, while it is still valid. */
    static Step<CommitAnswer> commit(RebootGroup group, NodeIdentity node, long fence) {
        Optional<Holder> held = group.holder(node.id()).filter(holder -> holder.fence() == fence);
        if (held.isEmpty()) {
            return refuseCommit(
                    group,
                    RefusalKind.FENCED,
                    node.id() + " does not hold grant " + fence + " any more");
        }
        Holder holder = held.get();
        if (!holder.boot().equals(node.bootId()) || holder.state() == HolderState.RETURNED) {
            return refuseCommit(group, RefusalKind.ALREADY_REBOOTED, otherBoot(holder, node));
        }
        if (group.halted().isPresent()) {
            return refuseCommit(
                    group, RefusalKind.GROUP_HALTED, haltedBecause(group.halted().get()));
        }
        return Step.of(
                group.withState(node.id(), HolderState.COMMITTED), new CommitAnswer.Committed());
    }

    static Step<Optional<Refusal>> returned(RebootGroup group, NodeIdentity node) {
        Optional<Holder> held = group.holder(node.id());
        if (held.isEmpty()) {
            return Step.of(
                    group,
                    Optional.of(
                            new Refusal(RefusalKind.UNKNOWN_NODE, node.id() + " holds no slot")));
        }
        if (held.get().boot().equals(node.bootId())) {
            return Step.of(
                    group,
                    Optional.of(
                            new Refusal(
                                    RefusalKind.NOT_REBOOTED,
                                    node.id()
                                            + " still runs the boot that got the grant: "
                                            + node.bootId())));
        }
        return Step.of(group.withState(node.id(), HolderState.RETURNED), Optional.empty());
    }

    static Step<ReleaseAnswer> release(
            RebootGroup group, NodeIdentity node, Outcome outcome, Call call) {
        Optional<Holder> held = group.holder(node.id());
        if (held.isEmpty()) {
            // A node that is done waits no longer: at the head it would block all others.
            return notHeld(group.withoutWaiting(node.id()), call);
        }
        boolean rebooted = !held.get().boot().equals(node.bootId());
        RebootGroup without = group.withoutHolder(node.id());
        return switch (outcome) {
            case Outcome.Healthy() ->
                    rebooted
                            ? released(without)
                            : Step.of(group, new ReleaseAnswer.NotRebooted(node.bootId()));
            case Outcome.Abandoned _ ->
                    rebooted
                            ? Step.of(
                                    group,
                                    new ReleaseAnswer.Refused(
                                            RefusalKind.ALREADY_REBOOTED,
                                            otherBoot(held.get(), node)))
                            : released(without);
            case Outcome.Failed(var reason) ->
                    released(
                            counted(
                                    without,
                                    new LastFailure(
                                            node.id(), reason, call.now(), call.request())));
        };
    }

    static Step<ReleaseAnswer> forceRelease(RebootGroup group, String id, Call call) {
        return group.holder(id).isEmpty()
                ? notHeld(group, call)
                : released(group.withoutHolder(id));
    }

    static RebootGroup halt(RebootGroup group, String reason, Call call) {
        boolean same = group.halted().filter(halt -> halt.reason().equals(reason)).isPresent();
        return same ? group : group.withHalted(Optional.of(new Halt(reason, call.now())));
    }

    /** Lifts a halt and counts failures anew; the last failure stays on record. */
    static RebootGroup resume(RebootGroup group, Call call) {
        Failures failures = group.failures();
        Failures fresh =
                failures.used() == 0
                        ? failures
                        : new Failures(0, failures.max(), call.now(), failures.last());
        return group.withHalted(Optional.empty()).withFailures(fresh);
    }

    static RebootGroup withFailureBudget(RebootGroup group, int max) {
        Failures failures = group.failures();
        return group.withFailures(
                new Failures(failures.used(), max, failures.since(), failures.last()));
    }

    /** Why a group's note could not be taken. */
    record Refusal(RefusalKind kind, String reason) {}

    private static LockAnswer again(Holder holder, NodeIdentity node) {
        return holder.boot().equals(node.bootId())
                ? new LockAnswer.Granted(holder.fence())
                : new LockAnswer.Refused(RefusalKind.OTHER_BOOT, otherBoot(holder, node));
    }

    private static Step<LockAnswer> queue(RebootGroup group, NodeIdentity node, Call call) {
        int position = group.position(node.id());
        if (position > 0) {
            String why = whyWaiting(group, position);
            return new Step<>(group, revision -> new LockAnswer.Queued(position, why, revision));
        }
        int last = group.queue().size() + 1;
        if (last > RebootGroup.QUEUE_MAX) {
            return Step.of(
                    group,
                    new LockAnswer.Refused(
                            RefusalKind.QUEUE_FULL, RebootGroup.QUEUE_MAX + " nodes wait already"));
        }
        String why = whyWaiting(group, last);
        return new Step<>(
                group.withWaiting(new Waiting(node.id(), call.request(), call.now())),
                revision -> new LockAnswer.Queued(last, why, revision));
    }

    private static String whyWaiting(RebootGroup group, int position) {
        if (group.free() > 0) {
            return (position - 1) + " before this node, first " + group.queue().getFirst().id();
        }
        String holders =
                group.holders().stream()
                        .limit(3)
                        .map(holder -> holder.id() + " (" + holder.state().wire() + ")")
                        .collect(Collectors.joining(", "));
        return "all " + group.max() + " slots are held, by " + holders;
    }

    private static Step<ReleaseAnswer> notHeld(RebootGroup group, Call call) {
        // The slot was there when this call first looked: its own lost write took it away.
        return call.maybeDone() ? released(group) : Step.of(group, new ReleaseAnswer.NotHolder());
    }

    private static Step<ReleaseAnswer> released(RebootGroup group) {
        return Step.of(group, new ReleaseAnswer.Released(group.halted().isPresent()));
    }

    private static RebootGroup counted(RebootGroup group, LastFailure failure) {
        Failures before = group.failures();
        var after =
                new Failures(before.used() + 1, before.max(), before.since(), Optional.of(failure));
        RebootGroup next = group.withFailures(after);
        if (!after.exhausted() || group.halted().isPresent()) {
            return next;
        }
        String reason = budget(after) + "; last " + failure.id() + ": " + failure.reason();
        return next.withHalted(Optional.of(new Halt(Names.oneLine(reason), failure.at())));
    }

    private static Step<CommitAnswer> refuseCommit(
            RebootGroup group, RefusalKind kind, String reason) {
        return Step.of(group, new CommitAnswer.Refused(kind, reason));
    }

    private static String haltedBecause(Halt halt) {
        return "the group is halted since " + halt.at() + ": " + halt.reason();
    }

    private static String budget(Failures failures) {
        return "failure budget used up: " + failures.used() + " of " + failures.max();
    }

    private static String otherBoot(Holder holder, NodeIdentity node) {
        return holder.id()
                + " was granted its slot in boot "
                + holder.boot()
                + " and now asks from boot "
                + node.bootId()
                + ": it rebooted, or two machines share one id";
    }
}
