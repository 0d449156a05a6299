package io.keelson.reboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Slots;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.rules.Call;
import io.keelson.reboot.rules.Circumstances;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.GroupRules;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.OperatorRules;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.rules.ReportAnswer;
import io.keelson.reboot.rules.ReturnRules;
import io.keelson.reboot.rules.RuleStep;
import io.keelson.reboot.rules.Standing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

class GroupRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
    private static final Call CALL = Call.first("req", "test");
    private static final NodeIdentity BEFORE = new NodeIdentity("a", "boot-1");
    private static final NodeIdentity AFTER = new NodeIdentity("a", "boot-2");

    private final RebootGroup fresh = RebootGroup.defaults(NOW);

    @Test
    void whoeverLeftTheLineDoesNotComeBackByARequestThatStillWaits() {
        var full = new Standing(fresh, Line.EMPTY, Circumstances.at(NOW, 0), 7);
        full = GroupRules.request(full, new NodeIdentity("z", "boot-1"), CALL).after(full);
        var gone = GroupRules.askAgain(full, BEFORE, CALL);
        var waits = GroupRules.request(full, BEFORE, CALL).after(full);
        var stillThere = GroupRules.askAgain(waits, BEFORE, CALL);
        var ofAnEarlierBoot = GroupRules.askAgain(waits, AFTER, CALL);

        assertThat(gone.answer().apply(8)).isInstanceOf(LockAnswer.Refused.class);
        assertThat(gone.line()).isEqualTo(full.line());
        assertThat(stillThere.answer().apply(8)).isInstanceOf(LockAnswer.Queued.class);
        assertThat(ofAnEarlierBoot.answer().apply(8)).isInstanceOf(LockAnswer.Refused.class);
        assertThat(ofAnEarlierBoot.line()).isEqualTo(waits.line());
    }

    /** One row per edge of the table in the class comment of the rules. */
    @ParameterizedTest
    @CsvSource({
        "unknown,   request,   before, Granted,                     granted",
        "queued,    request,   before, Granted,                     granted",
        "granted,   request,   before, Granted,                     granted",
        "granted,   request,   after,  Refused FENCED,              granted",
        "draining,  request,   before, Granted,                     draining",
        "committed, request,   before, Granted,                     committed",
        "rebooting, request,   before, Granted,                     rebooting",
        "overdue,   request,   before, Granted,                     overdue",
        "failed,    request,   before, Granted,                     failed",
        "returned,  request,   after,  Refused FENCED,              returned",
        "unknown,   drain,     before, Refused FENCED,              unknown",
        "granted,   drain,     before, Committed,                   draining",
        "draining,  drain,     before, Committed,                   draining",
        "committed, drain,     before, Refused FENCED,              committed",
        "granted,   down,      before, Refused FENCED,              granted",
        "committed, down,      before, Committed,                   rebooting",
        "rebooting, down,      before, Committed,                   rebooting",
        "overdue,   down,      before, Refused FENCED,              overdue",
        "unknown,   commit,    before, Refused FENCED,              unknown",
        "queued,    commit,    before, Refused FENCED,              queued",
        "granted,   commit,    before, Committed,                   committed",
        "draining,  commit,    before, Committed,                   committed",
        "rebooting, commit,    before, Committed,                   committed",
        "overdue,   commit,    before, Committed,                   committed",
        "failed,    commit,    before, Committed,                   committed",
        "granted,   commit,    after,  Refused FENCED,              granted",
        "committed, commit,    before, Committed,                   committed",
        "committed, commit,    after,  Refused FENCED,              committed",
        "returned,  commit,    after,  Refused FENCED,              returned",
        "returned,  commit,    before, Refused FENCED,              returned",
        "unknown,   sick,      after,  NotHolder,                   unknown",
        "queued,    sick,      after,  NotHolder,                   queued",
        "granted,   sick,      before, Pending,                     granted",
        "granted,   sick,      after,  Pending,                     returned",
        "committed, sick,      before, Failed,                      failed",
        "committed, sick,      after,  Pending,                     returned",
        "rebooting, sick,      after,  Pending,                     returned",
        "overdue,   sick,      after,  Pending,                     returned",
        "returned,  sick,      after,  Pending,                     returned",
        "unknown,   well,      after,  NotHolder,                   unknown",
        "queued,    well,      after,  NotHolder,                   queued",
        "granted,   well,      before, Pending,                     granted",
        "granted,   well,      after,  Released,                    unknown",
        "committed, well,      before, Failed,                      failed",
        "committed, well,      after,  Released,                    unknown",
        "rebooting, well,      before, Failed,                      failed",
        "rebooting, well,      after,  Released,                    unknown",
        "returned,  well,      after,  Released,                    unknown",
        "overdue,   well,      before, Failed,                      failed",
        "overdue,   well,      after,  Released,                    unknown",
        "failed,    well,      before, Failed,                      failed",
        "failed,    well,      after,  Released,                    unknown",
        "committed, well,      silent, Refused HEALTH_GATE_PENDING, committed",
        "unknown,   healthy,   after,  NotHolder,                   unknown",
        "queued,    healthy,   after,  NotHolder,                   unknown",
        "queued,    failed,    after,  NotHolder,                   unknown",
        "queued,    abandoned, before, NotHolder,                   unknown",
        "granted,   healthy,   before, NotRebooted,                 granted",
        "granted,   healthy,   after,  Released,                    unknown",
        "committed, healthy,   before, NotRebooted,                 failed",
        "committed, healthy,   after,  Released,                    unknown",
        "returned,  healthy,   after,  Released,                    unknown",
        "unknown,   failed,    after,  NotHolder,                   unknown",
        "granted,   failed,    before, Released,                    unknown",
        "committed, failed,    after,  Released,                    unknown",
        "returned,  failed,    after,  Released,                    unknown",
        "overdue,   failed,    after,  Released,                    unknown",
        "unknown,   abandoned, before, NotHolder,                   unknown",
        "granted,   abandoned, before, Released,                    unknown",
        "committed, abandoned, before, Released,                    unknown",
        "committed, abandoned, after,  Refused FENCED,              committed",
        "returned,  abandoned, after,  Refused FENCED,              returned",
        "unknown,   force,     before, NotHolder,                   unknown",
        "queued,    force,     before, NotHolder,                   queued",
        "granted,   force,     before, Released,                    unknown",
        "committed, force,     before, Released,                    unknown",
        "returned,  force,     before, Released,                    unknown",
        "overdue,   force,     before, Released,                    unknown",
        "granted,   late,      before, true,                        overdue",
        "committed, late,      before, true,                        overdue",
        "returned,  late,      before, true,                        overdue",
        "overdue,   late,      before, false,                       overdue",
        "failed,    late,      before, false,                       failed",
        "unknown,   late,      before, false,                       unknown"
    })
    void everyEventInEveryStateHasOneOutcome(
            String state, String event, String boot, String answer, String next) {
        NodeIdentity node =
                switch (boot) {
                    case "before" -> BEFORE;
                    case "after" -> AFTER;
                    default -> new NodeIdentity("a", NodeIdentity.UNKNOWN_BOOT);
                };

        RuleStep<?> step = event(given(state), event, node);

        assertThat(describe(step.answer().apply(9))).isEqualTo(answer);
        assertThat(state(step)).isEqualTo(next);
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
        Standing standing = given(state);
        Standing halted = standing.with(OperatorRules.halt(standing, "ceph repair", CALL));

        RuleStep<?> step = event(halted, event, BEFORE);

        assertThat(describe(step.answer().apply(9))).isEqualTo(answer);
    }

    @Test
    void aGrantHasAHigherFenceThanAllBeforeAlsoInOneWrite() {
        RuleStep<LockAnswer> first = GroupRules.request(given("unknown"), BEFORE, CALL);
        Standing next = first.after(given("unknown"));
        RebootGroup wide = OperatorRules.withSlots(next.group(), new Slots.Count(2));
        var second = GroupRules.request(next.with(wide), new NodeIdentity("z", "x"), CALL);

        assertThat(first.answer().apply(421)).isEqualTo(new LockAnswer.Granted(501));
        assertThat(second.answer().apply(421)).isEqualTo(new LockAnswer.Granted(502));
    }

    @Test
    void aRestoredStoreGivesNoFenceThatTheLostOneMayHaveGiven() {
        RebootGroup restored = OperatorRules.restored(given("unknown"), "older", 7_000_000);
        Standing resumed = given("unknown").with(OperatorRules.resume(standing(restored)));

        assertThat(GroupRules.request(resumed, BEFORE, CALL).answer().apply(421))
                .isInstanceOfSatisfying(
                        LockAnswer.Granted.class,
                        granted -> assertThat(granted.fence()).isGreaterThan(1L << 32));
    }

    @Test
    void aClientThatTellsNoBootIsCommittedByItsGrantAndReleasedUnproven() {
        var silent = new NodeIdentity("a", NodeIdentity.UNKNOWN_BOOT);

        var granted = GroupRules.request(given("unknown"), silent, CALL);
        var done = ReturnRules.report(granted.after(given("unknown")), silent, true, CALL);

        assertThat(granted.group().holder("a").orElseThrow().state())
                .isEqualTo(HolderState.COMMITTED);
        assertThat(done.answer().apply(9)).isEqualTo(new ReportAnswer.Released(false));
    }

    @Test
    void aRebootIntoTheOldReleaseIsAFailure() {
        var before = new NodeIdentity("a", "boot-1", "1.0");
        Standing start = given("unknown");
        var granted = GroupRules.request(start, before, CALL).after(start);

        var back = ReturnRules.report(granted, new NodeIdentity("a", "boot-2", "1.0"), true, CALL);

        assertThat(back.answer().apply(9))
                .isEqualTo(new ReportAnswer.Failed("rebooted but still runs 1.0", false, false));
        assertThat(back.group().holders()).isEmpty();
        assertThat(back.group().failures().used()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overdue", "failed"})
    void aTurnIsCountedOnceHoweverItEnds(String state) {
        for (String event : List.of("well", "failed", "sick", "healthy", "late")) {
            RebootGroup after =
                    event(given(state), event, event.equals("healthy") ? BEFORE : AFTER).group();

            assertThat(after.failures().used()).as(event).isZero();
        }
    }

    @Test
    void anOperatorsSlotIsNeverOverdue() {
        var person = new NodeIdentity("backup", NodeIdentity.OPERATOR_BOOT);
        Standing start = given("unknown");
        Standing held = GroupRules.request(start, person, CALL).after(start);
        Standing settled = held.with(held.group().settledAt(7));

        var step = ReturnRules.overdue(settled, "backup", 7, CALL);

        assertThat(step.answer().apply(9)).isFalse();
    }

    @Test
    void anOverdueHolderIsReleasedWhereThePolicySaysSoAndCounts() {
        Standing start = given("committed");
        GroupPolicy policy = start.group().policy();
        var releasing =
                new GroupPolicy(
                        policy.slots(),
                        policy.calendar(),
                        policy.times(),
                        1,
                        new GroupPolicy.Guards(
                                Map.of(), List.of(), GroupPolicy.WhenOverdue.RELEASE));

        var step =
                ReturnRules.overdue(start.with(start.group().withPolicy(releasing)), "a", 7, CALL);

        assertThat(step.group().holders()).isEmpty();
        assertThat(step.group().halted().orElseThrow().reason())
                .isEqualTo(
                        "failure budget used up: 1 of 1; last a: not back in time, last seen as committed");
    }

    @Test
    void askingAgainGivesTheFirstFenceAndWritesNothing() {
        RuleStep<LockAnswer> again = GroupRules.request(given("granted"), BEFORE, CALL);

        assertThat(again.answer().apply(99)).isEqualTo(new LockAnswer.Granted(7));
        assertThat(again.group()).isEqualTo(given("granted").group());
        assertThat(again.line().changes()).isEmpty();
    }

    @Test
    void anOldFenceCommitsNothing() {
        var step = GroupRules.commit(given("granted"), BEFORE, 6, Optional.empty());

        assertThat(describe(step.answer().apply(9))).isEqualTo("Refused FENCED");
    }

    @Test
    void aGrantFromTheFutureHaltsTheGroupAsRestored() {
        var step = GroupRules.commit(given("unknown"), BEFORE, 4711, Optional.empty());

        assertThat(describe(step.answer().apply(9))).isEqualTo("Refused FENCED");
        assertThat(step.group().halted().orElseThrow().reason())
                .startsWith(
                        "restored from a backup? a has grant 4711 and the store has given none above 500");
    }

    @Test
    void whoeverComesFirstIsServedFirst() {
        Standing free = standing(fresh, waiter("b", 1), waiter("c", 2));

        var third = GroupRules.request(free, new NodeIdentity("c", "x"), CALL);
        var newcomer = GroupRules.request(free, new NodeIdentity("d", "x"), CALL);
        var second = GroupRules.request(free, new NodeIdentity("b", "x"), CALL);

        assertThat(third.answer().apply(9)).isEqualTo(queued(2, "1 before this node, first b", 9));
        assertThat(newcomer.answer().apply(9))
                .isEqualTo(queued(3, "2 before this node, first b", 9));
        assertThat(second.answer().apply(9)).isEqualTo(new LockAnswer.Granted(501));
        assertThat(second.line().first()).extracting(Waiter::id).containsExactly("c");
    }

    @Test
    void aSlotIsKeptForEachOfThoseBeforeAndNoMore() {
        RebootGroup two = OperatorRules.withSlots(fresh, new Slots.Count(2));
        Standing free = standing(two, waiter("b", 1), waiter("c", 2), waiter("d", 3));

        var second = GroupRules.request(free, new NodeIdentity("c", "x"), CALL);
        var third = GroupRules.request(second.after(free), new NodeIdentity("d", "x"), CALL);

        assertThat(second.answer().apply(9)).isInstanceOf(LockAnswer.Granted.class);
        assertThat(third.answer().apply(9)).isInstanceOf(LockAnswer.Queued.class);
    }

    @Test
    void aWaitingNodeLearnsWhoHoldsTheSlots() {
        var step = GroupRules.request(given("committed"), new NodeIdentity("b", "x"), CALL);

        assertThat(step.answer().apply(9))
                .isEqualTo(queued(1, "all 1 slots are held, by a (committed)", 9));
        assertThat(step.line().first()).extracting(Waiter::id).containsExactly("b");
    }

    @Test
    void fewerSlotsThanHoldersTakeNothingAwayAndGrantNothing() {
        RebootGroup shrunk = fresh.withHolder(holder("a")).withHolder(holder("b"));

        assertThat(shrunk.free(0)).isEqualTo(-1);
        assertThat(
                        GroupRules.request(standing(shrunk), new NodeIdentity("c", "x"), CALL)
                                .answer()
                                .apply(9))
                .isInstanceOf(LockAnswer.Queued.class);
    }

    @Test
    void theLastUseOfTheFailureBudgetHaltsTheGroupAndSaysWhy() {
        RebootGroup group = fresh;
        for (int i = 0; i < GroupPolicy.DEFAULT_FAILURE_BUDGET; i++) {
            assertThat(group.halted()).isEmpty();
            group = failing(standing(group.withHolder(holder("a"))), CALL).group();
        }

        assertThat(group.failures().used()).isEqualTo(3);
        assertThat(group.halted().orElseThrow().reason())
                .isEqualTo("failure budget used up: 3 of 3; last a: no network");
        assertThat(group.failures().last().orElseThrow().id()).isEqualTo("a");
    }

    @Test
    void resumingCountsAnewAndKeepsTheLastFailureOnRecord() {
        RebootGroup failed = failing(given("granted"), CALL).group();
        Instant later = NOW.plusSeconds(60);

        RebootGroup halted = OperatorRules.halt(standing(failed), "stop", CALL);
        RebootGroup resumed =
                OperatorRules.resume(
                        new Standing(halted, Line.EMPTY, Circumstances.at(later, 0), 500));

        assertThat(resumed.halted()).isEmpty();
        assertThat(resumed.failures().used()).isZero();
        assertThat(resumed.failures().since()).isEqualTo(later);
        assertThat(resumed.failures().last()).isPresent();
    }

    @Test
    void aBudgetMadeSmallerThanItsUseGrantsNothing() {
        RebootGroup failed = failing(given("granted"), CALL).group();
        RebootGroup tight = failed.withPolicy(failed.policy().withFailureBudget(1));

        var step = GroupRules.request(standing(tight), BEFORE, CALL);

        assertThat(describe(step.answer().apply(9))).isEqualTo("Refused GROUP_HALTED");
    }

    @Test
    void aReleaseWhoseAnswerWasLostCountsOnce() {
        var first = failing(given("granted"), CALL);

        var readBack = failing(standing(first.group()), new Call("req", "test", 0, true));

        assertThat(describe(readBack.answer().apply(9))).isEqualTo("Released");
        assertThat(readBack.group()).isEqualTo(first.group());
    }

    @Test
    void aDocumentCarriedToAnotherStoreHaltsUntilAnOperatorResumes() {
        RebootGroup home = OperatorRules.settledIn(given("granted"), "one", 0);
        RebootGroup abroad = OperatorRules.settledIn(standing(home), "two", 900);

        assertThat(home.halted()).isEmpty();
        assertThat(abroad.halted().orElseThrow().reason())
                .startsWith("restored from a backup? the document comes from store one");
        RebootGroup resumed = OperatorRules.resume(standing(abroad));
        assertThat(OperatorRules.settledIn(standing(resumed), "two", 900).halted()).isEmpty();
        assertThat(resumed.generation().number()).isEqualTo(2);
    }

    @Test
    void aReasonIsStoredOnOneShortLine() {
        var outcome = new Outcome.Failed("first\nsecond\u0000" + "x".repeat(1000));

        assertThat(outcome.reason()).startsWith("first second xxx").hasSize(400).endsWith("…");
    }

    private static RuleStep<ReleaseAnswer> failing(Standing standing, Call call) {
        return ReturnRules.release(standing, AFTER, new Outcome.Failed("no network"), call);
    }

    private static LockAnswer.Queued queued(int position, String reason, long revision) {
        return new LockAnswer.Queued(
                position,
                RefusalKind.FAILED_LOCK_SEMAPHORE_FULL,
                reason,
                Optional.empty(),
                revision);
    }

    private Standing given(String state) {
        return switch (state) {
            case "unknown" -> standing(fresh);
            case "queued" -> standing(fresh, waiter("a", 1));
            default ->
                    standing(
                            fresh.withHolder(
                                    holder("a")
                                            .withState(
                                                    HolderState.valueOf(
                                                            state.toUpperCase(Locale.ROOT)))));
        };
    }

    private static Standing standing(RebootGroup group, Waiter... waiters) {
        return new Standing(group, Line.of(List.of(waiters)), Circumstances.at(NOW, 0), 500);
    }

    private static String state(RuleStep<?> step) {
        return step.group()
                .holder("a")
                .map(holder -> holder.state().wire())
                .orElse(step.line().find("a").isPresent() ? "queued" : "unknown");
    }

    private static RuleStep<?> event(Standing now, String event, NodeIdentity node) {
        return switch (event) {
            case "request" -> GroupRules.request(now, node, CALL);
            case "drain" -> GroupRules.progress(now, node, 7, HolderState.DRAINING);
            case "down" -> GroupRules.progress(now, node, 7, HolderState.REBOOTING);
            case "commit" -> GroupRules.commit(now, node, 7, Optional.empty());
            case "sick" -> ReturnRules.report(now, node, false, CALL);
            case "well" -> ReturnRules.report(now, node, true, CALL);
            case "healthy" -> ReturnRules.release(now, node, new Outcome.Healthy(), CALL);
            case "failed" -> ReturnRules.release(now, node, new Outcome.Failed("why"), CALL);
            case "abandoned" -> ReturnRules.release(now, node, new Outcome.Abandoned("why"), CALL);
            case "force" -> OperatorRules.forceRelease(now, node.id(), CALL);
            case "late" -> ReturnRules.overdue(now, node.id(), 7, CALL);
            default -> throw new IllegalArgumentException(event);
        };
    }

    private static String describe(Object answer) {
        return switch (answer) {
            case LockAnswer.Refused(var kind, _) -> "Refused " + kind;
            case CommitAnswer.Refused(var kind, _) -> "Refused " + kind;
            case ReleaseAnswer.Refused(var kind, _) -> "Refused " + kind;
            case ReportAnswer.Refused(var kind, _) -> "Refused " + kind;
            case Boolean yes -> yes.toString();
            default -> answer.getClass().getSimpleName();
        };
    }

    private static Holder holder(String id) {
        return new Holder(id, "boot-1", "", HolderState.GRANTED, 7, "r0", NOW);
    }

    private static Waiter waiter(String id, long created) {
        return new Waiter(id, "boot-1", "", "r-" + id, NOW, new Waiter.Place(created, 0, created));
    }
}
