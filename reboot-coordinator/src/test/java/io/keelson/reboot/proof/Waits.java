package io.keelson.reboot.proof;

import io.keelson.reboot.proof.History.Call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks through one host's calls and finds when it waited. */
final class Waits {
    private final History history;
    private final Rules rules;
    private final String host;
    private final List<Wait> found;
    private Optional<Call> joined = Optional.empty();
    private long heard;
    private long maybeServedAt = History.NEVER;

    private Waits(History history, Rules rules, String host, List<Wait> found) {
        this.history = history;
        this.rules = rules;
        this.host = host;
        this.found = found;
    }

    /** Of all hosts, one host after the other. */
    static List<Wait> in(History history, Rules rules) {
        var found = new ArrayList<Wait>();
        for (String host : history.hosts()) {
            new Waits(history, rules, host, found).walk();
        }
        return found;
    }

    private void walk() {
        for (Call call : history.of(host)) {
            boolean isRequest = call.question() instanceof Question.Request;
            if (call.mayEndFor(host) || (isRequest && call.askedAt() > lostAt())) {
                close(Math.min(call.askedAt(), lostAt()), History.NEVER);
            }
            if (isRequest) {
                heard = call.askedAt();
                if (call.reply() instanceof Reply.Granted(var fence)) {
                    close(History.NEVER, fence);
                } else if (call.reply() instanceof Reply.Queued) {
                    joined = joined.or(() -> Optional.of(call));
                    maybeServedAt = History.NEVER;
                } else {
                    // Served, and the answer was lost; then refused, as by a halt.
                    maybeServedAt = Math.min(maybeServedAt, call.askedAt());
                }
            }
        }
        close(lostAt(), History.NEVER);
    }

    /** When a silent host may have lost its place. */
    private long lostAt() {
        return heard + rules.grace();
    }

    private void close(long until, long fence) {
        long sure = fence == History.NEVER ? Math.min(until, maybeServedAt) : until;
        joined.ifPresent(
                call -> found.add(new Wait(host, call.askedAt(), call.answeredAt(), sure, fence)));
        joined = Optional.empty();
        maybeServedAt = History.NEVER;
    }
}
