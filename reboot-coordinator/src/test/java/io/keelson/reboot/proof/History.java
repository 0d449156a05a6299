package io.keelson.reboot.proof;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record sorted into calls and turns. */
final class History {
    static final long NEVER = Long.MAX_VALUE;

    private final List<Event> events;
    private final List<Call> calls;
    private final Map<String, List<Call>> byHost = new HashMap<>();

    History(List<Event> events) {
        this.events = List.copyOf(events);
        Map<Long, Call> open = new LinkedHashMap<>();
        for (Event event : this.events) {
            switch (event) {
                case Event.Asked(var at, var call, var who, var question) ->
                        open.put(call, new Call(who, question, at, NEVER, new Reply.Unknown()));
                case Event.Answered(var at, var call, var reply) ->
                        open.computeIfPresent(call, (_, asked) -> asked.answered(at, reply));
                case Event.Down _, Event.Up _, Event.Restored _, Event.Note _ -> {}
            }
        }
        this.calls = List.copyOf(open.values());
        calls.forEach(call -> byHost.computeIfAbsent(call.who(), _ -> new ArrayList<>()).add(call));
    }

    /** When a request of unknown outcome can no longer take effect: at the host's next grant. */
    long settledAt(Call request) {
        return request.isKnown()
                ? request.answeredAt()
                : of(request.who()).stream()
                        .filter(call -> call.askedAt() > request.askedAt())
                        .filter(call -> call.reply() instanceof Reply.Granted)
                        .mapToLong(Call::answeredAt)
                        .min()
                        .orElse(NEVER);
    }

    /**
     * A question and its answer.
     *
     * @param answeredAt {@link #NEVER} for an unknown outcome: it may still happen
     */
    record Call(String who, Question question, long askedAt, long answeredAt, Reply reply) {
        Call answered(long at, Reply reply) {
            // Whoever gave up waiting has not learnt that it will not happen.
            return new Call(
                    who, question, askedAt, reply instanceof Reply.Unknown ? NEVER : at, reply);
        }

        boolean isKnown() {
            return answeredAt != NEVER;
        }

        /** Whether this certainly left {@code host} without a slot and a place. */
        boolean endedFor(String host) {
            return mayEndFor(host)
                    && (reply instanceof Reply.Released
                            || reply instanceof Reply.NotHeld
                            || reply instanceof Reply.Done);
        }

        boolean mayEndFor(String host) {
            return switch (question) {
                case Question.Release _ -> who.equals(host) && !isRefused();
                case Question.Free(var freed) -> freed.equals(host) && !isRefused();
                case Question.Request _,
                        Question.Commit _,
                        Question.SetMax _,
                        Question.Halt _,
                        Question.Resume _,
                        Question.Look _ ->
                        false;
            };
        }

        boolean isRefused() {
            return reply instanceof Reply.Refused;
        }
    }

    /**
     * One host's time with one grant, as far as it is certain.
     *
     * @param askedAt first question that may have led to the grant
     * @param notBefore the grant was certainly not given before this
     * @param grantedAt when the host learnt of it
     * @param endAt first moment at which it may be over
     */
    record Turn(
            String host,
            String boot,
            long fence,
            long askedAt,
            long notBefore,
            long grantedAt,
            long endAt) {
        Turn until(long time) {
            return new Turn(host, boot, fence, askedAt, notBefore, grantedAt, time);
        }

        boolean holdsAt(long time) {
            return grantedAt <= time && time < endAt;
        }
    }

    List<Event> events() {
        return events;
    }

    List<Call> calls() {
        return calls;
    }

    List<Call> of(String host) {
        return byHost.getOrDefault(host, List.of());
    }

    Collection<String> hosts() {
        return byHost.keySet();
    }

    /** All turns; what contradicts itself already here goes to {@code violations}. */
    List<Turn> turns(List<Violation> violations) {
        var turns = new ArrayList<Turn>();
        for (String host : byHost.keySet()) {
            new Turns(host, violations).into(turns);
        }
        turns.sort((a, b) -> Long.compare(a.grantedAt(), b.grantedAt()));
        return turns;
    }

    /** Walks through one host's calls. */
    private final class Turns {
        private final String host;
        private final List<Violation> violations;
        private Optional<Turn> current = Optional.empty();
        private long askedAt = NEVER;
        private long notBefore = NEVER;
        private boolean isUnsettled;
        private boolean isQueued;

        Turns(String host, List<Violation> violations) {
            this.host = host;
            this.violations = violations;
        }

        void into(List<Turn> turns) {
            for (Call call : of(host)) {
                if (call.question() instanceof Question.Request(var boot)) {
                    asked(call, boot, turns);
                } else if (call.endedFor(host)) {
                    // Only a request that was lost on its way can still lead to a grant.
                    askedAt = isUnsettled ? askedAt : NEVER;
                    notBefore = call.askedAt();
                    isQueued = false;
                }
            }
        }

        private void asked(Call call, String boot, List<Turn> turns) {
            if (askedAt == NEVER) {
                askedAt = call.askedAt();
                notBefore = call.askedAt();
            }
            switch (call.reply()) {
                case Reply.Granted(var fence) -> {
                    granted(call, boot, fence, turns);
                    askedAt = NEVER;
                    isUnsettled = false;
                    isQueued = false;
                }
                case Reply.Queued _ -> {
                    notBefore = call.askedAt();
                    isQueued = true;
                    putBack(call, turns);
                }
                case Reply.Unknown _ -> isUnsettled = true;
                case Reply.Refused _ -> {
                    // Who may have been served meanwhile can also be refused, as by a halt.
                    notBefore = isUnsettled || isQueued ? notBefore : call.askedAt();
                }
                case Reply.Committed _,
                        Reply.Released _,
                        Reply.NotHeld _,
                        Reply.Done _,
                        Reply.Holders _ ->
                        throw new IllegalArgumentException("a request answered by " + call);
            }
        }

        private void granted(Call call, String boot, long fence, List<Turn> turns) {
            if (current.isPresent() && isAgain(current.get(), call, fence)) {
                return;
            }
            var turn =
                    new Turn(
                            host,
                            boot,
                            fence,
                            askedAt,
                            notBefore,
                            call.answeredAt(),
                            firstEnd(boot, call.answeredAt()));
            current = Optional.of(turn);
            turns.add(turn);
        }

        /** Who waits has no slot: a restored store forgot it, or a coordinator did. */
        private void putBack(Call call, List<Turn> turns) {
            Optional<Turn> over = current.filter(held -> held.endAt() > call.askedAt());
            over.ifPresent(held -> {
                if (!isRestoredBetween(held.notBefore(), call.answeredAt())) {
                    report(
                            Violation.Rule.HOLDER_FORGOTTEN,
                            call,
                            "held fence " + held.fence() + " and was told to wait");
                }
                turns.remove(held);
                turns.add(held.until(call.askedAt()));
            });
            current = over.map(held -> held.until(call.askedAt())).or(() -> current);
        }

        private boolean isAgain(Turn held, Call call, long fence) {
            if (held.fence() == fence) {
                boolean isOver = endKnown(held) < call.askedAt();
                if (isOver && isRestoredBetween(held.grantedAt(), call.answeredAt())) {
                    // The store has the grant again: another turn, of the same fence.
                    return false;
                }
                if (isOver) {
                    report(
                            Violation.Rule.RELEASE_LOST,
                            call,
                            "released fence " + fence + " and was given it again");
                }
                return true;
            }
            if (held.endAt() > call.answeredAt()
                    && !isRestoredBetween(held.notBefore(), call.answeredAt())) {
                report(
                        Violation.Rule.FENCE_CHANGED,
                        call,
                        "held fence " + held.fence() + " and got " + fence);
            }
            return false;
        }

        private void report(Violation.Rule rule, Call call, String what) {
            violations.add(new Violation(rule, call.answeredAt(), host + " " + what));
        }

        /** Saying to be well from the boot that got the grant ends nothing. */
        private long firstEnd(String boot, long since) {
            var nothing = new Question.Release(boot, Question.Outcome.HEALTHY);
            return calls.stream()
                    .filter(call -> call.mayEndFor(host))
                    .filter(call ->
                            !call.question().equals(nothing)
                                    || call.reply() instanceof Reply.NotHeld)
                    .filter(call -> call.askedAt() >= since || !call.who().equals(host))
                    .filter(call -> call.answeredAt() >= since)
                    .mapToLong(call -> Math.max(since, call.askedAt()))
                    .min()
                    .orElse(NEVER);
        }
    }

    /** Whether the store was put back between these moments. */
    boolean isRestoredBetween(long low, long high) {
        return events.stream()
                .anyMatch(event ->
                        event instanceof Event.Restored(var at) && low <= at && at <= high);
    }

    /** When the end of the turn was certain, {@link #NEVER} if it never was. */
    long endKnown(Turn turn) {
        return calls.stream()
                .filter(call -> call.endedFor(turn.host()) && call.askedAt() >= turn.grantedAt())
                .mapToLong(Call::answeredAt)
                .min()
                .orElse(NEVER);
    }
}
