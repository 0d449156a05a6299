package io.keelson.reboot.proof;

import io.keelson.reboot.proof.History.Call;
import io.keelson.reboot.proof.History.Turn;
import io.keelson.reboot.proof.Violation.Rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges a record by what hosts and operators saw, and by nothing the coordinator says of itself. A
 * call takes effect once at some moment between its question and its answer; one of unknown outcome
 * at any moment after its question, or never, but a request no later than the host's next grant and
 * a release no later than the host's next answer: compare-and-set voids what comes later. Only what
 * is wrong however those moments are chosen is reported.
 */
public final class HistoryCheck {
    private final Rules rules;
    private final History history;
    private final List<Violation> violations = new ArrayList<>();
    private final List<Turn> turns;
    private final Set<Turn> resumed;

    private HistoryCheck(Rules rules, List<Event> events) {
        this.rules = rules;
        this.history = new History(events);
        this.turns = history.turns(violations);
        this.resumed =
                turns.stream()
                        .filter(turn -> turns.stream().anyMatch(first -> isResumed(first, turn)))
                        .collect(Collectors.toSet());
    }

    /** Everything that was broken, none for a record that the right coordinator may leave. */
    public static List<Violation> violations(Rules rules, List<Event> events) {
        var check = new HistoryCheck(rules, events);
        check.fences();
        check.slots();
        check.grants();
        check.commits();
        check.order();
        check.releases();
        check.forgotten();
        check.looks();
        check.downs();
        check.violations.sort(Comparator.comparingLong(Violation::at));
        return List.copyOf(check.violations);
    }

    /** The most hosts that were certainly between commit and return at one moment. */
    public static int mostAtOnce(List<Event> events) {
        int now = 0;
        int most = 0;
        var down = new HashSet<String>();
        for (Event event : events) {
            switch (event) {
                case Event.Down(_, var host) -> now += down.add(host) ? 1 : 0;
                case Event.Up(_, var host, _) -> now -= down.remove(host) ? 1 : 0;
                case Event.Asked _, Event.Answered _, Event.Restored _, Event.Note _ -> {}
            }
            most = Math.max(most, now);
        }
        return most;
    }

    private void fences() {
        Map<Long, Turn> seen = new HashMap<>();
        for (Turn turn : turns) {
            Turn other = seen.putIfAbsent(turn.fence(), turn);
            if (other != null && !isResumed(turn)) {
                report(
                        Rule.FENCE_REUSED,
                        turn.grantedAt(),
                        turn.host() + " got the fence " + turn.fence() + " of " + other.host());
            }
        }
        var byAsk = turns.stream().sorted(Comparator.comparingLong(Turn::notBefore)).toList();
        long highest = Long.MIN_VALUE;
        int known = 0;
        for (Turn turn : byAsk) {
            if (isResumed(turn)) {
                continue;
            }
            while (known < turns.size() && turns.get(known).grantedAt() < turn.notBefore()) {
                highest = Math.max(highest, turns.get(known).fence());
                known++;
            }
            if (turn.fence() < highest) {
                report(
                        Rule.FENCE_NOT_HIGHER,
                        turn.grantedAt(),
                        turn.host() + " got " + turn.fence() + " after " + highest);
            }
        }
    }

    /** Whether a restored store gave a host its own old grant again. */
    private boolean isResumed(Turn first, Turn turn) {
        return first.fence() == turn.fence()
                && first.host().equals(turn.host())
                && first.grantedAt() < turn.grantedAt()
                && history.isRestoredBetween(first.grantedAt(), turn.grantedAt());
    }

    private boolean isResumed(Turn turn) {
        return resumed.contains(turn);
    }

    private void slots() {
        for (Turn turn : turns) {
            // Fences are in the order of the grants: who has a lower one and gives it back later
            // had its slot when this one was granted.
            long holders =
                    turns.stream()
                            .filter(other ->
                                    other.fence() <= turn.fence()
                                            && !isResumed(other)
                                            && other.endAt() > turn.grantedAt())
                            .map(Turn::host)
                            .distinct()
                            .count();
            tooMany(turn, holders, most(turn.notBefore(), turn.grantedAt()));
            // And without trust in fences: all who certainly have one at this moment.
            var now = turns.stream().filter(other -> other.holdsAt(turn.grantedAt())).toList();
            long since = now.stream().mapToLong(Turn::notBefore).min().orElse(turn.notBefore());
            tooMany(
                    turn,
                    now.stream().map(Turn::host).distinct().count(),
                    most(since, turn.grantedAt()));
        }
    }

    private void tooMany(Turn turn, long holders, int most) {
        if (holders > most) {
            report(
                    Rule.TOO_MANY,
                    turn.grantedAt(),
                    turn.host() + " was granted beside others: " + holders + " of " + most);
        }
    }

    /** The highest number of slots that may have been in force in this time. */
    private int most(long low, long high) {
        var orders =
                history.calls().stream()
                        .filter(call -> call.question() instanceof Question.SetMax)
                        .filter(call -> !call.isRefused())
                        .toList();
        int most = isSuperseded(-1, low, high, orders) ? 0 : rules.slots();
        for (Call order : orders) {
            if (order.question() instanceof Question.SetMax(var slots)
                    && order.askedAt() <= high
                    && !isSuperseded(order.answeredAt(), low, high, orders)) {
                most = Math.max(most, slots);
            }
        }
        return most;
    }

    /** A restored store may have an order again that a later one had replaced. */
    private boolean isSuperseded(long answeredAt, long low, long high, List<Call> orders) {
        return orders.stream()
                .anyMatch(later ->
                        later.isKnown()
                                && later.askedAt() > answeredAt
                                && later.answeredAt() < low
                                && !history.isRestoredBetween(later.askedAt(), high));
    }

    private void grants() {
        for (Turn turn : turns) {
            if (isResumed(turn)) {
                continue;
            }
            if (!rules.mayBegin(turn.notBefore(), turn.grantedAt())) {
                report(
                        Rule.OUTSIDE_WINDOW,
                        turn.grantedAt(),
                        turn.host() + " was granted " + turn.fence());
            }
            if (isHalted(turn.notBefore(), turn.grantedAt())) {
                report(Rule.HALTED, turn.grantedAt(), turn.host() + " was granted " + turn.fence());
            }
            long used = failuresKnownAt(turn.notBefore(), turn.grantedAt());
            if (used >= rules.failureBudget()) {
                report(
                        Rule.BUDGET,
                        turn.grantedAt(),
                        turn.host() + " was granted " + turn.fence() + " after failures: " + used);
            }
        }
    }

    private boolean isHalted(long low, long high) {
        return history.calls().stream()
                .anyMatch(halt ->
                        halt.question() instanceof Question.Halt
                                && halt.reply() instanceof Reply.Done
                                && halt.answeredAt() < low
                                && nextResume(halt.askedAt()) > high);
    }

    /** When a resume that may come after {@code since} was asked for. */
    private long nextResume(long since) {
        return history.calls().stream()
                .filter(call -> call.question() instanceof Question.Resume && !call.isRefused())
                .filter(call -> call.answeredAt() > since)
                .mapToLong(Call::askedAt)
                .min()
                .orElse(History.NEVER);
    }

    /** Failures certainly counted before {@code low}, and not forgotten before {@code high}. */
    private long failuresKnownAt(long low, long high) {
        return history.calls().stream()
                .filter(call ->
                        call.question() instanceof Question.Release(_, var outcome)
                                && outcome == Question.Outcome.FAILED
                                && call.reply() instanceof Reply.Released
                                && call.answeredAt() < low
                                && nextResume(call.askedAt()) > high)
                .count();
    }

    private void commits() {
        for (Call call : history.calls()) {
            if (!(call.question() instanceof Question.Commit(var boot, var fence)
                    && call.reply() instanceof Reply.Committed)) {
                continue;
            }
            var turn =
                    turns.stream()
                            .filter(each ->
                                    each.host().equals(call.who())
                                            && each.fence() == fence
                                            && each.boot().equals(boot)
                                            && (history.endKnown(each) >= call.askedAt()
                                                    || history.isRestoredBetween(
                                                            each.notBefore(), call.answeredAt())))
                            .findFirst();
            if (turn.isEmpty()) {
                report(
                        Rule.STALE_COMMIT,
                        call.answeredAt(),
                        call.who() + " committed " + fence + " in boot " + boot);
                continue;
            }
            long first = firstCommit(call.who(), fence);
            if (!rules.mayBegin(first, call.answeredAt())) {
                report(Rule.OUTSIDE_WINDOW, call.answeredAt(), call.who() + " committed " + fence);
            }
            if (isHalted(first, call.answeredAt())) {
                report(Rule.HALTED, call.answeredAt(), call.who() + " committed " + fence);
            }
        }
    }

    /** An earlier attempt without an answer may have done it. */
    private long firstCommit(String host, long fence) {
        return history.of(host).stream()
                .filter(call ->
                        call.question() instanceof Question.Commit(_, var asked)
                                && asked == fence
                                && !call.isRefused())
                .mapToLong(Call::askedAt)
                .min()
                .orElse(0);
    }

    private void order() {
        List<Wait> waits = Waits.in(history, rules);
        for (Turn turn : turns) {
            if (history.isRestoredBetween(outOfLine(turn), turn.grantedAt())) {
                continue;
            }
            List<Wait> first = waits.stream().filter(wait -> isOvertaken(wait, turn)).toList();
            long holders =
                    turns.stream()
                            .filter(other ->
                                    other.fence() < turn.fence()
                                            && other.endAt() > turn.grantedAt())
                            .map(Turn::host)
                            .distinct()
                            .count();
            // A slot may go to a later one as long as those before it have theirs kept.
            boolean isKept = holders + first.size() + 1 <= most(turn.notBefore(), turn.grantedAt());
            if (!first.isEmpty() && !isKept) {
                report(
                        Rule.OUT_OF_ORDER,
                        turn.grantedAt(),
                        turn.host() + " came after " + first.getFirst());
            }
        }
    }

    private boolean isOvertaken(Wait wait, Turn turn) {
        return turn.askedAt() > wait.since()
                && !turn.host().equals(wait.host())
                && turn.fence() < wait.fence()
                && turn.grantedAt() < wait.until()
                && !history.isRestoredBetween(wait.askedAt(), turn.grantedAt());
    }

    /** When the host of this turn last was certainly not in the line; a restore may put it back. */
    private long outOfLine(Turn turn) {
        return history.of(turn.host()).stream()
                .filter(call -> call.endedFor(turn.host()) && call.answeredAt() <= turn.askedAt())
                .mapToLong(Call::askedAt)
                .max()
                .orElse(0);
    }

    private void releases() {
        for (Call call : history.calls()) {
            if (call.question() instanceof Question.Release(var boot, var outcome)
                    && outcome == Question.Outcome.HEALTHY
                    && call.reply() instanceof Reply.Released
                    && turns.stream()
                            .anyMatch(turn ->
                                    turn.host().equals(call.who())
                                            && turn.boot().equals(boot)
                                            && turn.holdsAt(call.askedAt())
                                            && !history.isRestoredBetween(
                                                    turn.notBefore(), call.answeredAt()))) {
                report(
                        Rule.OLD_BOOT,
                        call.answeredAt(),
                        call.who() + " was freed in the boot that got the grant");
            }
        }
    }

    /** A host that has not ended its turn is told that it has none. */
    private void forgotten() {
        for (Call call : history.calls()) {
            if (!(call.question() instanceof Question.Release
                    && call.reply() instanceof Reply.NotHeld)) {
                continue;
            }
            for (Turn turn : turns) {
                boolean isFirstEnd =
                        turn.host().equals(call.who()) && turn.endAt() == call.askedAt();
                if (isFirstEnd && !history.isRestoredBetween(turn.notBefore(), call.answeredAt())) {
                    report(
                            Rule.HOLDER_FORGOTTEN,
                            call.answeredAt(),
                            turn.host() + " held " + turn.fence() + " and is told it did not");
                }
            }
        }
    }

    private void looks() {
        for (Call look : history.calls()) {
            if (!(look.reply() instanceof Reply.Holders(var hosts))) {
                continue;
            }
            for (Turn turn : turns) {
                boolean holds =
                        turn.grantedAt() < look.askedAt() && look.answeredAt() < turn.endAt();
                boolean isExcused = history.isRestoredBetween(turn.notBefore(), look.answeredAt());
                if (holds && !isExcused && !hosts.contains(turn.host())) {
                    report(
                            Rule.HOLDER_FORGOTTEN,
                            look.answeredAt(),
                            turn.host() + " holds " + turn.fence() + " and is not listed");
                }
            }
            var listed = new HashSet<String>();
            for (String host : hosts) {
                if (!listed.add(host) || !mayHold(host, look)) {
                    report(
                            Rule.RELEASE_LOST,
                            look.answeredAt(),
                            host + " is listed and holds nothing");
                }
            }
        }
    }

    private boolean mayHold(String host, Call look) {
        return history.of(host).stream()
                .filter(call -> call.question() instanceof Question.Request)
                .filter(call -> call.askedAt() < look.answeredAt() && !call.isRefused())
                .anyMatch(request ->
                        history.calls().stream()
                                .noneMatch(end ->
                                        end.endedFor(host)
                                                && end.askedAt() >= history.settledAt(request)
                                                && !history.isRestoredBetween(
                                                        request.askedAt(), look.answeredAt())
                                                && end.answeredAt() < look.askedAt()));
    }

    private void downs() {
        for (Event event : history.events()) {
            if (!(event instanceof Event.Down(var at, var host))) {
                continue;
            }
            boolean may =
                    turns.stream()
                            .filter(turn -> turn.host().equals(host) && turn.holdsAt(at))
                            .anyMatch(turn -> hasCommitted(turn, at));
            if (!may) {
                report(Rule.DOWN_WITHOUT_COMMIT, at, host + " went down");
            }
        }
    }

    private boolean hasCommitted(Turn turn, long at) {
        return history.of(turn.host()).stream()
                .anyMatch(call ->
                        call.question() instanceof Question.Commit(_, var fence)
                                && fence == turn.fence()
                                && call.reply() instanceof Reply.Committed
                                && call.answeredAt() <= at);
    }

    private void report(Rule rule, long at, String what) {
        violations.add(new Violation(rule, at, what));
    }
}
