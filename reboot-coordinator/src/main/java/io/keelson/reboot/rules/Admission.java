package io.keelson.reboot.rules;

import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.group.Workload;
import io.keelson.reboot.window.DurationText;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a node may have a slot now. The checks are made in one order, and the first that fails is
 * the reason reported: not halted, not holding already, a window that the reboot fits into, a free
 * slot, failures left, etcd's quorum, the workloads' least numbers, nothing outside that objects,
 * and nobody before it. Who asks was authenticated before.
 *
 * <p>Nobody before it: every free slot is kept for those who came first and could use it, so a node
 * is served when there are more free slots than such nodes before it.
 */
public final class Admission {
    private static final int NAMED_MAX = 3;

    private Admission() {}

    /** What the checks found. */
    public sealed interface Verdict {
        record Granted() implements Verdict {}

        /** The node has a slot of an earlier request. */
        record Held(Holder holder) implements Verdict {}

        /**
         * Not now.
         *
         * @param retryAt when this reason ends, if that is known
         */
        record Denied(RefusalKind kind, String reason, Optional<Instant> retryAt)
                implements Verdict {}
    }

    public static Verdict judge(Standing now, NodeIdentity node) {
        RebootGroup group = now.group();
        if (group.halted().isPresent()) {
            return denied(RefusalKind.GROUP_HALTED, haltedBecause(group.halted().get()));
        }
        Optional<Holder> held = group.holder(node.id());
        if (held.isPresent()) {
            return new Verdict.Held(held.get());
        }
        return window(now, group.policy().times().expected())
                .or(() -> slots(now))
                .or(() -> budget(group))
                .or(() -> guards(now, node.id()))
                .or(() -> order(now, node.id()))
                .<Verdict>map(no -> no)
                .orElseGet(Verdict.Granted::new);
    }

    /** The checks that are made again just before a holder reboots. */
    static Optional<Verdict.Denied> beforeReboot(
            Standing now, NodeIdentity node, Duration expected) {
        if (now.group().halted().isPresent()) {
            return Optional.of(
                    denied(RefusalKind.GROUP_HALTED, haltedBecause(now.group().halted().get())));
        }
        return window(now, expected).or(() -> guards(now, node.id()));
    }

    static String haltedBecause(Halt halt) {
        return "the group is halted since " + halt.at() + ": " + halt.reason();
    }

    private static Optional<Verdict.Denied> window(Standing now, Duration expected) {
        GroupPolicy policy = now.group().policy();
        Instant instant = now.circumstances().now();
        if (policy.calendar().allows(instant, expected)) {
            return Optional.empty();
        }
        Optional<Instant> next = policy.calendar().nextStart(instant, expected);
        String length = DurationText.write(expected);
        return Optional.of(
                new Verdict.Denied(
                        RefusalKind.OUTSIDE_WINDOW,
                        next.map(start ->
                                        "no window is open for the "
                                                + length
                                                + " a reboot takes before "
                                                + start)
                                .orElse(
                                        "no window ahead is open for the "
                                                + length
                                                + " a reboot takes"),
                        next));
    }

    private static Optional<Verdict.Denied> slots(Standing now) {
        if (now.free() > 0) {
            return Optional.empty();
        }
        List<Holder> holders = now.group().holders();
        String names =
                holders.stream()
                        .limit(NAMED_MAX)
                        .map(holder -> holder.id() + " (" + holder.state().wire() + ")")
                        .collect(Collectors.joining(", "));
        String more = holders.size() > NAMED_MAX ? " and " + (holders.size() - NAMED_MAX) : "";
        return Optional.of(
                denied(
                        RefusalKind.FAILED_LOCK_SEMAPHORE_FULL,
                        "all " + now.slots() + " slots are held, by " + names + more));
    }

    private static Optional<Verdict.Denied> budget(RebootGroup group) {
        return group.isBudgetUsed()
                ? Optional.of(denied(RefusalKind.GROUP_HALTED, budgetUsed(group)))
                : Optional.empty();
    }

    static String budgetUsed(RebootGroup group) {
        return "failure budget used up: "
                + group.failures().used()
                + " of "
                + group.policy().failureBudget();
    }

    private static Optional<Verdict.Denied> guards(Standing now, String id) {
        return quorum(now, id)
                .or(() -> workloads(now, id))
                .or(() ->
                        now.circumstances()
                                .blocker()
                                .map(reason -> denied(RefusalKind.BLOCKED, reason)));
    }

    /** Every other holder counts as gone: it may go at any moment. */
    private static Optional<Verdict.Denied> quorum(Standing now, String id) {
        var voters = now.group().policy().guards().etcdVoters();
        String own = voters.get(id);
        if (own == null) {
            return Optional.empty();
        }
        var left = new HashSet<>(now.circumstances().etcdUp());
        left.retainAll(voters.values());
        left.remove(own);
        now.group().holders().forEach(holder -> left.remove(voters.getOrDefault(holder.id(), "")));
        int quorum = voters.size() / 2 + 1;
        return left.size() >= quorum
                ? Optional.empty()
                : Optional.of(
                        denied(
                                RefusalKind.WOULD_BREAK_QUORUM,
                                "without "
                                        + id
                                        + " etcd would have "
                                        + left.size()
                                        + " of "
                                        + voters.size()
                                        + " voters and needs "
                                        + quorum));
    }

    private static Optional<Verdict.Denied> workloads(Standing now, String id) {
        for (Workload workload : now.group().policy().guards().workloads()) {
            if (workload.nodes().contains(id)) {
                Set<String> left = new HashSet<>(workload.nodes());
                left.remove(id);
                left.removeAll(now.circumstances().outOfOrder());
                now.group().holders().forEach(holder -> left.remove(holder.id()));
                if (left.size() < workload.minAvailable()) {
                    return Optional.of(
                            denied(
                                    RefusalKind.WOULD_BREAK_WORKLOAD,
                                    "without "
                                            + id
                                            + " workload "
                                            + workload.name()
                                            + " would have "
                                            + left.size()
                                            + " nodes and needs "
                                            + workload.minAvailable()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Verdict.Denied> order(Standing now, String id) {
        int free = now.free();
        int ahead = 0;
        for (Waiter waiter : now.line().before(id)) {
            // One that could not go now anyway must not keep a slot from the others.
            ahead += guards(now, waiter.id()).isEmpty() ? 1 : 0;
            if (ahead >= free) {
                return Optional.of(
                        denied(
                                RefusalKind.FAILED_LOCK_SEMAPHORE_FULL,
                                (now.line().position(id) - 1)
                                        + " before this node, first "
                                        + now.line().first().getFirst().id()));
            }
        }
        return Optional.empty();
    }

    private static Verdict.Denied denied(RefusalKind kind, String reason) {
        return new Verdict.Denied(kind, reason, Optional.empty());
    }
}
