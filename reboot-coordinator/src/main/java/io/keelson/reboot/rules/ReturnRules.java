package io.keelson.reboot.rules;

import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.LastFailure;

import java.util.Optional;

/**
 * How a holder's turn ends; the table is in {@link GroupRules}. A turn counts at most one failure:
 * who was overdue and then returns as failed was counted already.
 */
public final class ReturnRules {
    /** Who decides what nobody asked for. */
    public static final String COORDINATOR = "coordinator";

    private ReturnRules() {}

    /**
     * What a node says after its boot: it is well, or not yet. Its boot id proves the reboot, its
     * version that it was not a fall back to the old release.
     */
    public static RuleStep<ReportAnswer> report(
            Standing now, NodeIdentity node, boolean healthy, Call call) {
        Optional<Holder> held = now.group().holder(node.id());
        if (held.isEmpty()) {
            return RuleStep.unchanged(
                    now,
                    call.maybeDone() && healthy
                            ? new ReportAnswer.Released(now.group().halted().isPresent())
                            : new ReportAnswer.NotHolder());
        }
        Holder holder = held.get();
        if (holder.boot().equals(node.bootId()) && node.tellsBoot()) {
            return sameBoot(now, holder, call);
        }
        if (!node.tellsBoot() && !holder.boot().equals(NodeIdentity.UNKNOWN_BOOT)) {
            return RuleStep.unchanged(
                    now,
                    new ReportAnswer.Refused(
                            RefusalKind.HEALTH_GATE_PENDING,
                            node.id()
                                    + " told its boot when it asked for the slot, so it must tell it again to show that it rebooted"));
        }
        if (!healthy) {
            return RuleStep.of(
                    now,
                    now.group().withState(node.id(), HolderState.RETURNED),
                    new ReportAnswer.Pending(node.id() + " is back and not well yet"));
        }
        boolean isRollback = !holder.version().isEmpty() && holder.version().equals(node.version());
        RebootGroup without = now.group().withoutHolder(node.id());
        if (!isRollback) {
            return RuleStep.of(
                    now, without, new ReportAnswer.Released(without.halted().isPresent()));
        }
        String reason = "rebooted but still runs " + node.version();
        RebootGroup next = counted(now, without, holder, failure(now, holder, reason, call));
        return RuleStep.of(
                now, next, new ReportAnswer.Failed(reason, false, next.halted().isPresent()));
    }

    private static RuleStep<ReportAnswer> sameBoot(Standing now, Holder holder, Call call) {
        if (!holder.state().mayBeDown() || isOperator(holder)) {
            return RuleStep.unchanged(
                    now, new ReportAnswer.Pending(holder.id() + " has not rebooted yet"));
        }
        String reason = "says it is done but still runs boot " + holder.boot();
        RebootGroup next = failed(now, holder, reason, call);
        return RuleStep.of(
                now, next, new ReportAnswer.Failed(reason, true, next.halted().isPresent()));
    }

    /** Hands the slot back with the node's own judgement. */
    public static RuleStep<ReleaseAnswer> release(
            Standing now, NodeIdentity node, Outcome outcome, Call call) {
        Optional<Holder> held = now.group().holder(node.id());
        if (held.isEmpty()) {
            // A node that is done waits no longer: at the head it would hold up all others.
            return notHeld(now.with(now.line().leave(node.id())), call);
        }
        Holder holder = held.get();
        boolean rebooted = !holder.boot().equals(node.bootId());
        RebootGroup without = now.group().withoutHolder(node.id());
        return switch (outcome) {
            case Outcome.Healthy() ->
                    rebooted ? released(now, without) : notRebooted(now, holder, call);
            case Outcome.Abandoned _ ->
                    rebooted
                            ? RuleStep.unchanged(
                                    now,
                                    new ReleaseAnswer.Refused(
                                            RefusalKind.FENCED, GroupRules.otherBoot(holder, node)))
                            : released(now, without);
            case Outcome.Failed(var reason) ->
                    released(
                            now, counted(now, without, holder, failure(now, holder, reason, call)));
        };
    }

    private static RuleStep<ReleaseAnswer> notRebooted(Standing now, Holder holder, Call call) {
        var answer = new ReleaseAnswer.NotRebooted(holder.boot());
        return holder.state().mayBeDown()
                ? RuleStep.of(
                        now,
                        failed(
                                now,
                                holder,
                                "says it is well but still runs boot " + holder.boot(),
                                call),
                        answer)
                : RuleStep.unchanged(now, answer);
    }

    /** Notes that a holder runs again after its reboot, its health still unknown. */
    public static RuleStep<ReportAnswer> returned(Standing now, NodeIdentity node, Call call) {
        return report(now, node, false, call);
    }

    /** A holder's deadline is over. */
    public static RuleStep<Boolean> overdue(Standing now, String id, long fence, Call call) {
        Optional<Holder> held =
                now.group()
                        .holder(id)
                        .filter(holder -> holder.fence() == fence)
                        .filter(holder -> !holder.state().isCounted() && !isOperator(holder));
        if (held.isEmpty()) {
            return RuleStep.unchanged(now, false);
        }
        Holder holder = held.get();
        String reason = "not back in time, last seen as " + holder.state().wire();
        LastFailure failure = failure(now, holder, reason, call);
        RebootGroup next =
                switch (now.group().policy().guards().whenOverdue()) {
                    case HOLD -> now.group().withState(id, HolderState.OVERDUE);
                    case RELEASE -> now.group().withoutHolder(id);
                };
        return RuleStep.of(now, counted(now, next, holder, failure), true);
    }

    /** An operator's slot lasts as long as the operator wants. */
    static boolean isOperator(Holder holder) {
        return holder.boot().equals(NodeIdentity.OPERATOR_BOOT);
    }

    static RuleStep<ReleaseAnswer> notHeld(Standing now, Call call) {
        // The slot was there when this call first looked: its own lost write took it away.
        return call.maybeDone()
                ? released(now, now.group())
                : RuleStep.unchanged(now, new ReleaseAnswer.NotHolder());
    }

    static RuleStep<ReleaseAnswer> released(Standing now, RebootGroup next) {
        return RuleStep.of(now, next, new ReleaseAnswer.Released(next.halted().isPresent()));
    }

    private static RebootGroup failed(Standing now, Holder holder, String reason, Call call) {
        RebootGroup next = now.group().withState(holder.id(), HolderState.FAILED);
        return counted(now, next, holder, failure(now, holder, reason, call));
    }

    private static LastFailure failure(Standing now, Holder holder, String reason, Call call) {
        return new LastFailure(
                holder.id(), Names.oneLine(reason), now.circumstances().now(), call.request());
    }

    private static RebootGroup counted(
            Standing now, RebootGroup next, Holder holder, LastFailure failure) {
        if (holder.state().isCounted()) {
            return next;
        }
        Failures before = now.group().failures();
        RebootGroup after =
                next.withFailures(
                        new Failures(before.used() + 1, before.since(), Optional.of(failure)));
        if (!after.isBudgetUsed() || after.halted().isPresent()) {
            return after;
        }
        String reason =
                Admission.budgetUsed(after) + "; last " + failure.id() + ": " + failure.reason();
        return after.withHalted(
                Optional.of(new Halt(Names.oneLine(reason), failure.at(), COORDINATOR)));
    }
}
