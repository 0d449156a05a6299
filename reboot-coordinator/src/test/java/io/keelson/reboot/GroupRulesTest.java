package io.keelson.reboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.GroupRules.Call;
import io.keelson.reboot.GroupRules.Step;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.Waiting;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

class GroupRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
    private static final Call CALL = new Call(NOW, "req", false);
    private static final NodeIdentity BEFORE = new NodeIdentity("a", "boot-1");
    private static final NodeIdentity AFTER = new NodeIdentity("a", "boot-2");

    private final RebootGroup fresh = RebootGroup.defaults(NOW);

    /** One row per edge of the table in the class comment of the rules. */
    @ParameterizedTest
    @CsvSource({
        "unknown,   request,   before, Granted,                  granted",
        "queued,    request,   before, Granted,                  granted",
        "granted,   request,   before, Granted,                  granted",
        "granted,   request,   after,  Refused OTHER_BOOT,       granted",
        "committed, request,   before, Granted,                  committed",
        "returned,  request,   after,  Refused OTHER_BOOT,       returned",
        "unknown,   commit,    before, Refused FENCED,           unknown",
        "queued,    commit,    before, Refused FENCED,           queued",
        "granted,   commit,    before, Committed,                committed",
        "granted,   commit,    after,  Refused ALREADY_REBOOTED, granted",
        "committed, commit,    before, Committed,                committed",
        "committed, commit,    after,  Refused ALREADY_REBOOTED, committed",
        "returned,  commit,    after,  Refused ALREADY_REBOOTED, returned",
        "returned,  commit,    before, Refused ALREADY_REBOOTED, returned",
        "unknown,   returned,  after,  Refused UNKNOWN_NODE,     unknown",
        "queued,    returned,  after,  Refused UNKNOWN_NODE,     queued",
        "granted,   returned,  before, Refused NOT_REBOOTED,     granted",
        "granted,   returned,  after,  Done,                     returned",
        "committed, returned,  before, Refused NOT_REBOOTED,     committed",
        "committed, returned,  after,  Done,                     returned",
        "returned,  returned,  after,  Done,                     returned",
        "unknown,   healthy,   after,  NotHolder,                unknown",
        "queued,    healthy,   after,  NotHolder,                unknown",
        "queued,    failed,    after,  NotHolder,                unknown",
        "queued,    abandoned, before, NotHolder,                unknown",
        "granted,   healthy,   before, NotRebooted,              granted",
        "granted,   healthy,   after,  Released,                 unknown",
        "committed, healthy,   before, NotRebooted,              committed",
        "committed, healthy,   after,  Released,                 unknown",
        "returned,  healthy,   after,  Released,                 unknown",
        "unknown,   failed,    after,  NotHolder,                unknown",
        "granted,   failed,    before, Released,                 unknown",
        "committed, failed,    after,  Released,                 unknown",
        "returned,  failed,    after,  Released,                 unknown",
        "unknown,   abandoned, before, NotHolder,                unknown",
        "granted,   abandoned, before, Released,                 unknown",
        "committed, abandoned, before, Released,                 unknown",
        "committed, abandoned, after,  Refused ALREADY_REBOOTED, committed",
        "returned,  abandoned, after,  Refused ALREADY_REBOOTED, returned",
        "unknown,   force,     before, NotHolder,                unknown",
        "queued,    force,     before, NotHolder,                queued",
        "granted,   force,     before, Released,                 unknown",
        "committed, force,     before, Released,                 unknown",
        "returned,  force,     before, Released,                 unknown"
    })
    void everyEventInEveryStateHasOneOutcome(
            String state, String event, String boot, String answer, String next) {
        NodeIdentity node = boot.equals("before") ? BEFORE : AFTER;

        Step<?> step = event(given(state), event, node);

        assertThat(describe(step.answer().apply(9))).isEqualTo(answer);
        assertThat(state(step.group())).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({
        "unknown, request, Refused GROUP_HALTED",
        "queued, request, Refused GROUP_HALTED",
        "granted, request, Refused GROUP_HALTED",
        "granted, commit, Refused GROUP_HALTED",
        "granted, abandoned, Released",
        "granted, failed, Released"
    })
    void aHaltedGroupLetsNobodyRebootButTakesSlotsBack(String state, String event, String answer) {
        RebootGroup halted = GroupRules.halt(given(state), "ceph repair", CALL);

        Step<?> step = event(halted, event, BEFORE);

        assertThat(describe(step.answer().apply(9))).isEqualTo(answer);
    }

    @Test
    void aGrantIsFencedByTheRevisionOfItsOwnWrite() {
        assertThat(GroupRules.request(fresh, BEFORE, CALL).answer().apply(421))
                .isEqualTo(new LockAnswer.Granted(421));
    }

    @Test
    void askingAgainGivesTheFirstFenceAndWritesNothing() {
        Step<LockAnswer> again = GroupRules.request(given("granted"), BEFORE, CALL);

        assertThat(again.answer().apply(99)).isEqualTo(new LockAnswer.Granted(7));
        assertThat(again.group()).isEqualTo(given("granted"));
    }

    @Test
    void anOldFenceCommitsNothing() {
        assertThat(describe(GroupRules.commit(given("granted"), BEFORE, 6).answer().apply(9)))
                .isEqualTo("Refused FENCED");
    }

    @Test
    void whoeverComesFirstIsServedFirst() {
        RebootGroup group = given("granted").withWaiting(waiting("b")).withWaiting(waiting("c"));
        RebootGroup free = group.withoutHolder("a");

        var third = GroupRules.request(free, new NodeIdentity("c", "x"), CALL);
        var newcomer = GroupRules.request(free, new NodeIdentity("d", "x"), CALL);
        var second = GroupRules.request(free, new NodeIdentity("b", "x"), CALL);

        assertThat(third.answer().apply(9))
                .isEqualTo(new LockAnswer.Queued(2, "1 before this node, first b", 9));
        assertThat(newcomer.answer().apply(9)).isInstanceOf(LockAnswer.Queued.class);
        assertThat(second.answer().apply(9)).isEqualTo(new LockAnswer.Granted(9));
        assertThat(second.group().queue()).extracting(Waiting::id).containsExactly("c");
    }

    @Test
    void aWaitingNodeLearnsWhoHoldsTheSlots() {
        var step = GroupRules.request(given("committed"), new NodeIdentity("b", "x"), CALL);

        assertThat(step.answer().apply(9))
                .isEqualTo(new LockAnswer.Queued(1, "all 1 slots are held, by a (committed)", 9));
        assertThat(step.group().queue()).extracting(Waiting::id).containsExactly("b");
    }

    @Test
    void fewerSlotsThanHoldersTakeNothingAwayAndGrantNothing() {
        RebootGroup shrunk =
                fresh.withMax(2).withHolder(holder("a")).withHolder(holder("b")).withMax(1);

        assertThat(shrunk.free()).isEqualTo(-1);
        assertThat(GroupRules.request(shrunk, new NodeIdentity("c", "x"), CALL).answer().apply(9))
                .isInstanceOf(LockAnswer.Queued.class);
    }

    @Test
    void theLastUseOfTheFailureBudgetHaltsTheGroupAndSaysWhy() {
        RebootGroup group = fresh;
        for (int i = 0; i < RebootGroup.DEFAULT_FAILURES_MAX; i++) {
            assertThat(group.halted()).isEmpty();
            group =
                    GroupRules.release(
                                    group.withHolder(holder("a")),
                                    AFTER,
                                    new Outcome.Failed("no network"),
                                    CALL)
                            .group();
        }

        assertThat(group.failures().used()).isEqualTo(3);
        assertThat(group.halted().orElseThrow().reason())
                .isEqualTo("failure budget used up: 3 of 3; last a: no network");
        assertThat(group.failures().last().orElseThrow().id()).isEqualTo("a");
    }

    @Test
    void resumingCountsAnewAndKeepsTheLastFailureOnRecord() {
        RebootGroup failed =
                GroupRules.release(given("granted"), AFTER, new Outcome.Failed("x"), CALL).group();
        Instant later = NOW.plusSeconds(60);

        RebootGroup resumed =
                GroupRules.resume(
                        GroupRules.halt(failed, "stop", CALL), new Call(later, "req", false));

        assertThat(resumed.halted()).isEmpty();
        assertThat(resumed.failures().used()).isZero();
        assertThat(resumed.failures().since()).isEqualTo(later);
        assertThat(resumed.failures().last()).isPresent();
    }

    @Test
    void aBudgetMadeSmallerThanItsUseGrantsNothing() {
        RebootGroup failed =
                GroupRules.release(given("granted"), AFTER, new Outcome.Failed("x"), CALL).group();

        var step = GroupRules.request(GroupRules.withFailureBudget(failed, 1), BEFORE, CALL);

        assertThat(describe(step.answer().apply(9))).isEqualTo("Refused BUDGET_EXHAUSTED");
    }

    @Test
    void aReleaseWhoseAnswerWasLostCountsOnce() {
        var first = GroupRules.release(given("granted"), AFTER, new Outcome.Failed("x"), CALL);

        var readBack =
                GroupRules.release(
                        first.group(), AFTER, new Outcome.Failed("x"), new Call(NOW, "req", true));

        assertThat(describe(readBack.answer().apply(9))).isEqualTo("Released");
        assertThat(readBack.group()).isEqualTo(first.group());
    }

    @Test
    void aReasonIsStoredOnOneShortLine() {
        var outcome = new Outcome.Failed("first\nsecond\u0000" + "x".repeat(1000));

        assertThat(outcome.reason()).startsWith("first second xxx").hasSize(400).endsWith("…");
    }

    private RebootGroup given(String state) {
        return switch (state) {
            case "unknown" -> fresh;
            case "queued" -> fresh.withWaiting(waiting("a"));
            default ->
                    fresh.withHolder(
                            holder("a")
                                    .withState(
                                            HolderState.valueOf(state.toUpperCase(Locale.ROOT))));
        };
    }

    private static String state(RebootGroup group) {
        return group.holder("a")
                .map(holder -> holder.state().wire())
                .orElse(group.position("a") > 0 ? "queued" : "unknown");
    }

    private static Step<?> event(RebootGroup group, String event, NodeIdentity node) {
        return switch (event) {
            case "request" -> GroupRules.request(group, node, CALL);
            case "commit" -> GroupRules.commit(group, node, 7);
            case "returned" -> GroupRules.returned(group, node);
            case "healthy" -> GroupRules.release(group, node, new Outcome.Healthy(), CALL);
            case "failed" -> GroupRules.release(group, node, new Outcome.Failed("why"), CALL);
            case "abandoned" -> GroupRules.release(group, node, new Outcome.Abandoned("why"), CALL);
            case "force" -> GroupRules.forceRelease(group, node.id(), CALL);
            default -> throw new IllegalArgumentException(event);
        };
    }

    private static String describe(Object answer) {
        return switch (answer) {
            case LockAnswer.Refused(var kind, _) -> "Refused " + kind;
            case CommitAnswer.Refused(var kind, _) -> "Refused " + kind;
            case ReleaseAnswer.Refused(var kind, _) -> "Refused " + kind;
            case Optional<?> refusal ->
                    refusal.map(no -> "Refused " + ((GroupRules.Refusal) no).kind()).orElse("Done");
            default -> answer.getClass().getSimpleName();
        };
    }

    private static Holder holder(String id) {
        return new Holder(id, "boot-1", HolderState.GRANTED, 7, "r0", NOW);
    }

    private static Waiting waiting(String id) {
        return new Waiting(id, "r-" + id, NOW);
    }
}
