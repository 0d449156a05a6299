package io.keelson.reboot;

import io.keelson.reboot.rules.Call;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.RuleStep;
import io.keelson.reboot.rules.Standing;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** A question on its way to its answer. */
final class Ticket<A> {
    private final Question<A> question;
    private final String request;
    private @Nullable RuleStep<A> step;
    private volatile @Nullable A answer;

    Ticket(Question<A> question, String request) {
        this.question = question;
        this.request = request;
    }

    static Set<String> ids(List<Ticket<?>> tickets) {
        return tickets.stream()
                .flatMap(ticket -> ticket.question.about().stream())
                .collect(Collectors.toSet());
    }

    /** How many of the line all of them look at; the next are needed to serve, too. */
    static int lookAt(List<Ticket<?>> tickets) {
        return tickets.stream()
                .mapToInt(ticket -> ticket.question.lookAt())
                .reduce(Question.THE_NEXT, Math::max);
    }

    Question<A> question() {
        return question;
    }

    /** Applies the rule and keeps its answer until the write is known. */
    Standing apply(Standing now, int index, boolean maybeDone) {
        var call = new Call(request, question.actor(), index, maybeDone);
        RuleStep<A> next = question.rule().apply(now, call);
        step = next;
        return next.after(now);
    }

    void publish(long revision) {
        answer = Objects.requireNonNull(step).answer().apply(revision);
    }

    void refuse(RefusalKind kind, String reason) {
        answer = question.form().refused().apply(kind, reason);
    }

    void unavailable(String reason) {
        answer = question.form().unavailable().apply(reason);
    }

    @Nullable A answer() {
        return answer;
    }

    A required() {
        return Objects.requireNonNull(answer);
    }
}
