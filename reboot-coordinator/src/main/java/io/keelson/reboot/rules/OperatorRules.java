package io.keelson.reboot.rules;

import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Generation;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.Slots;

import java.util.Optional;

/** What an operator, or the coordinator itself, does to a group as a whole; pure. */
public final class OperatorRules {
    private OperatorRules() {}

    /** Frees a slot whatever its state, without counting a failure. */
    public static RuleStep<ReleaseAnswer> forceRelease(Standing now, String id, Call call) {
        return now.group().holder(id).isEmpty()
                ? ReturnRules.notHeld(now, call)
                : ReturnRules.released(now, now.group().withoutHolder(id));
    }

    public static RebootGroup halt(Standing now, String reason, Call call) {
        RebootGroup group = now.group();
        boolean same = group.halted().filter(halt -> halt.reason().equals(reason)).isPresent();
        return same
                ? group
                : group.withHalted(
                        Optional.of(new Halt(reason, now.circumstances().now(), call.actor())));
    }

    /** Lifts a halt and counts failures anew; the last failure stays on record. */
    public static RebootGroup resume(Standing now) {
        Failures failures = now.group().failures();
        Failures fresh =
                failures.used() == 0
                        ? failures
                        : new Failures(0, now.circumstances().now(), failures.last());
        return now.group().withHalted(Optional.empty()).withFailures(fresh);
    }

    /** Nodes that hold a slot keep it. */
    public static RebootGroup withSlots(RebootGroup group, Slots slots) {
        return group.withPolicy(group.policy().withSlots(slots));
    }

    /**
     * Applies a policy file's part, unless that part was applied already: what an operator changed
     * since then stays.
     *
     * @param source digest of the part
     */
    public static RebootGroup withPolicy(RebootGroup group, GroupPolicy policy, String source) {
        Generation generation = group.generation();
        return generation.policySource().equals(source)
                ? group
                : group.withPolicy(policy).withGeneration(generation.withPolicySource(source));
    }

    /**
     * Ties the document to the store it is in. A document of another store was carried here: who
     * holds a slot may have changed since, so nobody gets one until an operator has looked.
     */
    public static RebootGroup settledIn(Standing now, String store, long seenFence) {
        Generation generation = now.group().generation();
        if (generation.store().equals(store)) {
            return now.group();
        }
        RebootGroup next = now.group().withGeneration(generation.in(store));
        if (generation.store().isEmpty()) {
            return next;
        }
        return restored(
                now.with(next),
                "the document comes from store "
                        + generation.store()
                        + " and this is store "
                        + store,
                seenFence);
    }

    /**
     * Stops a group whose document may be older than what was answered from it.
     *
     * @param seenFence the highest fence known to have been given
     */
    public static RebootGroup restored(Standing now, String evidence, long seenFence) {
        String reason =
                "restored from a backup? "
                        + evidence
                        + "; see which nodes are rebooting, release those that are not, then resume";
        return now.group()
                .withGeneration(now.group().generation().beyond(seenFence))
                .withHalted(
                        Optional.of(
                                new Halt(
                                        reason,
                                        now.circumstances().now(),
                                        ReturnRules.COORDINATOR)));
    }
}
