package io.keelson.reboot.rules;

import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.rules.Admission.Verdict;

import java.time.Duration;
import java.util.Optional;

/**
 * What a node's questions do to its group; pure, so that a lost race only means to ask again.
 *
 * <pre>
 * node is   | request           | progress | commit    | healthy        | not yet   | abandoned
 * ----------|-------------------|----------|-----------|----------------|-----------|----------
 * unknown   | queued or granted | fenced   | fenced    | not holder (all three)
 * queued    | granted in turn   | fenced   | fenced    | not holder and out of the line (all three)
 * granted   | same fence        | draining | committed | released *     | returned *| released
 * draining  | same fence        | draining | committed | released *     | returned *| released
 * committed | same fence        | rebooting| same      | released * **  | returned *| released
 * rebooting | same fence        | same     | committed | released * **  | returned *| released
 * returned  | fenced            | fenced   | fenced    | released       | same      | fenced
 * overdue   | same fence        | fenced   | committed | released * **  | returned *| released
 * failed    | same fence        | fenced   | committed | released *     | returned *| released
 * </pre>
 *
 * <p>(*) only from another boot than the one that got the grant. (**) From the same boot the node
 * is failed: it says it is done, but no reboot happened; it keeps its slot, as it may still go
 * down. What an operator may do is in {@link OperatorRules}.
 */
public final class GroupRules {
    private GroupRules() {}

    /** The grant predicate, or a place in the line. */
    public static RuleStep<LockAnswer> request(Standing now, NodeIdentity node, Call call) {
        return switch (Admission.judge(now, node)) {
            case Verdict.Held(var holder) ->
                    RuleStep.unchanged(
                            now,
                            holder.boot().equals(node.bootId())
                                    ? new LockAnswer.Granted(holder.fence())
                                    : new LockAnswer.Refused(
                                            RefusalKind.FENCED, otherBoot(holder, node)));
            case Verdict.Granted() -> grant(now, node, call);
            case Verdict.Denied denied when denied.kind() == RefusalKind.GROUP_HALTED ->
                    RuleStep.unchanged(now, new LockAnswer.Refused(denied.kind(), denied.reason()));
            case Verdict.Denied denied -> queue(now, node, denied, call);
        };
    }

    /**
     * The same at the end of a wait. Whoever left the line meanwhile does not come back by a
     * connection that it may have forgotten long ago.
     */
    public static RuleStep<LockAnswer> askAgain(Standing now, NodeIdentity node, Call call) {
        boolean isStillThere =
                now.group().holder(node.id()).isPresent()
                        || now.line()
                                .find(node.id())
                                .filter(waiter -> waiter.boot().equals(node.bootId()))
                                .isPresent();
        return isStillThere
                ? request(now, node, call)
                : RuleStep.unchanged(
                        now,
                        new LockAnswer.Refused(
                                RefusalKind.FAILED_LOCK_SEMAPHORE_FULL,
                                node.id() + " left the line while this request waited in it"));
    }

    private static RuleStep<LockAnswer> grant(Standing now, NodeIdentity node, Call call) {
        // FleetLock asks no second question: its client reboots when it pleases from here on.
        var state = node.tellsBoot() ? HolderState.GRANTED : HolderState.COMMITTED;
        // The store compares what was read with what it overwrites: nobody else gives this fence.
        RebootGroup.Generation generation = now.group().generation();
        long fence = Math.max(generation.lastFence(), now.storeRevision()) + 1;
        var holder =
                new Holder(
                        node.id(),
                        node.bootId(),
                        node.version(),
                        state,
                        fence,
                        call.request(),
                        now.circumstances().now());
        return new RuleStep<>(
                now.group().withGeneration(generation.withLastFence(fence)).withHolder(holder),
                now.line().leave(node.id()),
                _ -> new LockAnswer.Granted(fence));
    }

    private static RuleStep<LockAnswer> queue(
            Standing now, NodeIdentity node, Verdict.Denied denied, Call call) {
        Line line = now.line();
        Optional<Waiter> waits = line.find(node.id());
        if (waits.isEmpty() && line.length() >= RebootGroup.QUEUE_MAX) {
            return RuleStep.unchanged(
                    now,
                    new LockAnswer.Refused(
                            RefusalKind.FAILED_LOCK_SEMAPHORE_FULL,
                            RebootGroup.QUEUE_MAX + " nodes wait already"));
        }
        Line next = line;
        if (waits.isEmpty()) {
            next = line.join(waiter(node, now, call, Waiter.Place.last(call.index())));
        } else if (!waits.get().boot().equals(node.bootId())) {
            // It was switched off and on while it waited: it keeps its place.
            next = line.refresh(waiter(node, now, call, waits.get().place()));
        }
        int position = next.position(node.id());
        return new RuleStep<>(
                now.group(),
                next,
                revision ->
                        new LockAnswer.Queued(
                                position,
                                denied.kind(),
                                denied.reason(),
                                denied.retryAt(),
                                revision));
    }

    private static Waiter waiter(NodeIdentity node, Standing now, Call call, Waiter.Place place) {
        return new Waiter(
                node.id(),
                node.bootId(),
                node.version(),
                call.request(),
                now.circumstances().now(),
                place);
    }

    /** Notes that a waiter was heard of, so that it keeps its place. */
    public static RuleStep<Boolean> heardOf(Standing now, String id) {
        Optional<Waiter> waits = now.line().find(id).filter(each -> each.place().isWritten());
        return waits.map(waiter ->
                        new RuleStep<>(now.group(), now.line().refresh(waiter), _ -> true))
                .orElseGet(() -> RuleStep.unchanged(now, false));
    }

    /** Moves a holder on before its reboot: to draining, or from committed to rebooting. */
    public static RuleStep<CommitAnswer> progress(
            Standing now, NodeIdentity node, long fence, HolderState next) {
        Optional<CommitAnswer.Refused> fenced = fenced(now, node, fence);
        if (fenced.isPresent()) {
            return RuleStep.unchanged(now, fenced.get());
        }
        HolderState state = now.group().holder(node.id()).orElseThrow().state();
        boolean isLegal =
                switch (next) {
                    case DRAINING -> state == HolderState.GRANTED || state == HolderState.DRAINING;
                    case REBOOTING ->
                            state == HolderState.COMMITTED || state == HolderState.REBOOTING;
                    case GRANTED, COMMITTED, RETURNED, OVERDUE, FAILED -> false;
                };
        return isLegal
                ? RuleStep.of(
                        now, now.group().withState(node.id(), next), new CommitAnswer.Committed())
                : RuleStep.unchanged(
                        now,
                        new CommitAnswer.Refused(
                                RefusalKind.FENCED,
                                node.id()
                                        + " is "
                                        + state.wire()
                                        + " and cannot become "
                                        + next.wire()));
    }

    /** Grants nothing: turns a grant into permission to reboot now, while it is still valid. */
    public static RuleStep<CommitAnswer> commit(
            Standing now, NodeIdentity node, long fence, Optional<Duration> expected) {
        Optional<CommitAnswer.Refused> fenced = fenced(now, node, fence);
        long last = Math.max(now.group().generation().lastFence(), now.storeRevision());
        if (fenced.isPresent() && fence > last) {
            String evidence =
                    node.id()
                            + " has grant "
                            + fence
                            + " and the store has given none above "
                            + last;
            return RuleStep.of(now, OperatorRules.restored(now, evidence, fence), fenced.get());
        }
        if (fenced.isPresent()) {
            return RuleStep.unchanged(now, fenced.get());
        }
        Duration length = expected.orElse(now.group().policy().times().expected());
        Optional<Verdict.Denied> denied = Admission.beforeReboot(now, node, length);
        return denied.map(no ->
                        RuleStep.<CommitAnswer>unchanged(
                                now, new CommitAnswer.Refused(no.kind(), no.reason())))
                .orElseGet(() ->
                        RuleStep.of(
                                now,
                                now.group().withState(node.id(), HolderState.COMMITTED),
                                new CommitAnswer.Committed()));
    }

    private static Optional<CommitAnswer.Refused> fenced(
            Standing now, NodeIdentity node, long fence) {
        Optional<Holder> held =
                now.group().holder(node.id()).filter(holder -> holder.fence() == fence);
        if (held.isEmpty()) {
            return Optional.of(
                    new CommitAnswer.Refused(
                            RefusalKind.FENCED,
                            node.id() + " does not hold grant " + fence + " any more"));
        }
        boolean isOver =
                !held.get().boot().equals(node.bootId())
                        || held.get().state() == HolderState.RETURNED;
        return isOver
                ? Optional.of(
                        new CommitAnswer.Refused(RefusalKind.FENCED, otherBoot(held.get(), node)))
                : Optional.empty();
    }

    static String otherBoot(Holder holder, NodeIdentity node) {
        return holder.id()
                + " was granted its slot in boot "
                + holder.boot()
                + " and now asks from boot "
                + node.bootId()
                + ": it rebooted, or two machines share one id";
    }
}
