package io.keelson.reboot;

import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.GroupDesk.Parts;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.Slots;
import io.keelson.reboot.rules.Call;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.GroupRules;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.OperatorRules;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.rules.ReportAnswer;
import io.keelson.reboot.rules.ReturnRules;
import io.keelson.reboot.rules.RuleStep;
import io.keelson.reboot.rules.Standing;
import io.keelson.reboot.store.EtcdGroupStore;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One group as its nodes and operators ask for it: by rules that are the same whether a host asks
 * the store itself or a coordinator asks for it. Calls block, may come from any thread, and may be
 * repeated.
 */
public final class RebootLock {
    private static final String OPERATOR = "operator";

    private final GroupDesk desk;
    private final Optional<String> actor;

    /**
     * Direct mode: this process writes the group's document in etcd.
     *
     * @param requestIds a new id for every call, e.g. a random UUID
     * @param random for pauses after lost races
     */
    public RebootLock(
            EtcdClient etcd,
            String group,
            InstantSource clock,
            Supplier<String> requestIds,
            RandomGenerator random) {
        this(
                new GroupDesk(
                        Names.required("group", group),
                        new EtcdGroupStore(etcd, group),
                        new Parts(
                                Timepiece.of(clock),
                                requestIds,
                                random,
                                new DirectSurroundings(etcd, System::nanoTime),
                                Audience.NOBODY)),
                Optional.empty());
    }

    /**
     * A lock over a desk that others use as well.
     *
     * @param actor in whose name calls are noted in the audit log; empty for the node's own
     */
    public RebootLock(GroupDesk desk, Optional<String> actor) {
        this.desk = desk;
        this.actor = actor;
    }

    /** Asks for a slot; joins the line when there is none. Ask again to be served. */
    public LockAnswer request(NodeIdentity node) {
        return ask(
                node.id(),
                (now, call) -> GroupRules.request(now, node, call),
                new Question.Form<>(LockAnswer.Refused::new, LockAnswer.Unavailable::new),
                Question.THE_NEXT);
    }

    /** Moves a holder on before its reboot: to draining, or from committed to rebooting. */
    public CommitAnswer progress(NodeIdentity node, long fence, HolderState next) {
        return ask(
                node.id(),
                (now, _) -> GroupRules.progress(now, node, fence, next),
                new Question.Form<>(CommitAnswer.Refused::new, CommitAnswer.Unavailable::new));
    }

    /** Call just before the reboot; anything but Committed means: do not reboot. */
    public CommitAnswer commit(NodeIdentity node, long fence) {
        return commit(node, fence, Optional.empty());
    }

    /**
     * The same for a reboot that takes another time than the policy expects.
     *
     * @param expected until the node is healthy again; must fit into the window
     */
    public CommitAnswer commit(NodeIdentity node, long fence, Optional<Duration> expected) {
        return ask(
                node.id(),
                (now, _) -> GroupRules.commit(now, node, fence, expected),
                new Question.Form<>(CommitAnswer.Refused::new, CommitAnswer.Unavailable::new));
    }

    /** What a node says about itself after its boot; a healthy one that rebooted is released. */
    public ReportAnswer report(NodeIdentity node, boolean healthy) {
        return ask(
                node.id(),
                (now, call) -> ReturnRules.report(now, node, healthy, call),
                new Question.Form<>(ReportAnswer.Refused::new, ReportAnswer.Unavailable::new));
    }

    /** Hands the slot back with the node's own judgement. */
    public ReleaseAnswer release(NodeIdentity node, Outcome outcome) {
        return ask(
                node.id(),
                (now, call) -> ReturnRules.release(now, node, outcome, call),
                new Question.Form<>(ReleaseAnswer.Refused::new, ReleaseAnswer.Unavailable::new));
    }

    /** Operator: frees a slot whatever its state, without counting a failure. */
    public ReleaseAnswer forceRelease(String id) {
        return ask(
                id,
                (now, call) -> OperatorRules.forceRelease(now, id, call),
                new Question.Form<>(ReleaseAnswer.Refused::new, ReleaseAnswer.Unavailable::new));
    }

    /** Removes a node from the line; a slot it holds is not touched. */
    public GroupAnswer leave(String id) {
        return change(Optional.of(id), 0, (now, _) -> now.with(now.line().leave(id)));
    }

    /** Reads the group and writes nothing; a group nobody has written yet has its defaults. */
    public GroupAnswer status() {
        return change(Optional.empty(), Question.THE_LINE, (now, _) -> now);
    }

    /** Operator: nobody gets or commits a slot until {@link #resume()}. */
    public GroupAnswer halt(String reason) {
        String line = Names.oneLine(reason);
        return edit((now, call) -> OperatorRules.halt(now, line, call));
    }

    /** Operator: lifts a halt and counts failures anew. */
    public GroupAnswer resume() {
        return edit((now, _) -> OperatorRules.resume(now));
    }

    /** Operator: sets the number of slots; nodes that hold one keep it. */
    public GroupAnswer setMax(int slots) {
        return setSlots(new Slots.Count(slots));
    }

    /** Operator: the same for a share of the group. */
    public GroupAnswer setSlots(Slots slots) {
        return edit((now, _) -> OperatorRules.withSlots(now.group(), slots));
    }

    /** Operator: sets how many failures halt the group. */
    public GroupAnswer setFailureBudget(int failures) {
        GroupPolicy.requireBudget(failures);
        return edit((now, _) ->
                now.group().withPolicy(now.group().policy().withFailureBudget(failures)));
    }

    /** Operator: replaces the policy unless this form of it was applied already. */
    public GroupAnswer setPolicy(GroupPolicy policy, String source) {
        return edit((now, _) -> OperatorRules.withPolicy(now.group(), policy, source));
    }

    /**
     * Blocks until the group is written after {@code revision}, the time is over or the store is
     * lost. Ask the question again afterwards.
     */
    public void awaitChange(long revision, Duration atMost) {
        desk.awaitChange(revision, atMost);
    }

    private interface Edit<T> {
        T apply(Standing now, Call call);
    }

    private GroupAnswer edit(Edit<RebootGroup> edit) {
        return change(
                Optional.empty(),
                Question.THE_LINE,
                (now, call) -> now.with(edit.apply(now, call)));
    }

    private GroupAnswer change(Optional<String> about, int lookAt, Edit<Standing> edit) {
        Question.Rule<GroupAnswer> rule =
                (now, call) -> {
                    Standing next = edit.apply(now, call);
                    return new RuleStep<>(
                            next.group(),
                            next.line(),
                            revision ->
                                    new GroupAnswer.Done(
                                            new RebootStatus(
                                                    desk.group(),
                                                    revision,
                                                    next.with(next.group().settledAt(revision)))));
                };
        return desk.decide(
                new Question<>(
                        about,
                        actor.orElse(OPERATOR),
                        rule,
                        new Question.Form<>(GroupAnswer.Refused::new, GroupAnswer.Unavailable::new),
                        lookAt));
    }

    private <A> A ask(String id, Question.Rule<A> rule, Question.Form<A> form) {
        return ask(id, rule, form, 0);
    }

    private <A> A ask(String id, Question.Rule<A> rule, Question.Form<A> form, int lookAt) {
        return desk.decide(new Question<>(Optional.of(id), actor.orElse(id), rule, form, lookAt));
    }
}
