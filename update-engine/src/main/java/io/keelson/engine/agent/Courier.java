package io.keelson.engine.agent;

import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.Report;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Delivers what the host owes others: events to the update server, in order, and a reboot slot to
 * the lock. Both are in the durable record until the other side has answered, so each arrives at
 * least once; receivers tell repetitions by their content.
 */
final class Courier {
    private static final String REBOOTED_AFTER_CANCEL = "rebooted after the switch was cancelled";
    private static final Duration RETRY_FIRST = Duration.ofSeconds(2);
    private static final Duration RETRY_MAX = Duration.ofMinutes(1);

    private final AgentMemory memory;
    private final Optional<UpdateServer> server;
    private final Optional<RebootSlots> slots;
    private final Backoff reportBackoff;
    private final Backoff lockBackoff;

    Courier(
            AgentMemory memory,
            Optional<UpdateServer> server,
            Optional<RebootSlots> slots,
            InstantSource clock) {
        this.memory = memory;
        this.server = server;
        this.slots = slots;
        this.reportBackoff = new Backoff(clock);
        this.lockBackoff = new Backoff(clock);
    }

    /** Tries what is due; returns when the next try is, if anything is left. */
    Optional<Duration> deliver() throws IOException {
        deliverReports();
        handBackSlot();
        AgentRecord left = memory.current();
        if (left.reports().isEmpty() && left.lockDebt().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(reportBackoff.shorterWait(lockBackoff));
    }

    /** Whether no reboot slot has to be handed back any more. */
    boolean isSlotSettled() {
        return memory.current().lockDebt().isEmpty();
    }

    private void deliverReports() throws IOException {
        if (server.isEmpty()) {
            memory.change(Courier::withoutReports);
            return;
        }
        while (!memory.current().reports().isEmpty() && reportBackoff.isDue()) {
            Report report = memory.current().reports().getFirst();
            Optional<String> failure = server.get().report(report);
            if (failure.isPresent()) {
                reportBackoff.failed(failure.get());
            } else {
                reportBackoff.succeeded();
                memory.change(AgentRecord::firstReported);
                Journal.say(
                        "reported",
                        "event",
                        report.type() + "/" + report.result(),
                        "version",
                        report.versions().running());
            }
        }
    }

    private static AgentRecord withoutReports(AgentRecord before) {
        AgentRecord left = before;
        while (!left.reports().isEmpty()) {
            left = left.firstReported();
        }
        return left;
    }

    private void handBackSlot() throws IOException {
        Optional<LockDebt> debt = memory.current().lockDebt();
        if (debt.isEmpty()) {
            return;
        }
        if (slots.isEmpty()) {
            memory.change(before -> before.withLockDebt(Optional.empty()));
            return;
        }
        if (!lockBackoff.isDue()) {
            return;
        }
        Outcome outcome =
                switch (debt.get()) {
                    case LockDebt.Healthy _ -> new Outcome.Healthy();
                    case LockDebt.Failed(var reason) -> new Outcome.Failed(reason);
                    case LockDebt.Abandoned(var reason) -> new Outcome.Abandoned(reason);
                };
        switch (slots.get().release(outcome)) {
            case ReleaseAnswer.Released(var halted) -> settled("group-halted=" + halted);
            case ReleaseAnswer.NotHolder _ -> settled("this host held none");
            case ReleaseAnswer.NotRebooted(var bootId) ->
                    lockBackoff.failed("the lock was granted in this boot " + bootId);
            case ReleaseAnswer.Refused(var kind, var _)
                    when kind == RefusalKind.FENCED && debt.get() instanceof LockDebt.Abandoned ->
                    rebootedAfterAll();
            case ReleaseAnswer.Refused(var kind, var reason) ->
                    lockBackoff.failed(kind + ": " + reason);
            case ReleaseAnswer.Unavailable(var reason) -> lockBackoff.failed(reason);
        }
    }

    /** The turn ended with a reboot that was not wanted any more; only as failed can it end. */
    private void rebootedAfterAll() throws IOException {
        memory.change(before ->
                before.withLockDebt(Optional.of(new LockDebt.Failed(REBOOTED_AFTER_CANCEL))));
        lockBackoff.succeeded();
    }

    private void settled(String detail) throws IOException {
        lockBackoff.succeeded();
        Optional<LockDebt> debt = memory.current().lockDebt();
        memory.change(before -> before.withLockDebt(Optional.empty()));
        String outcome =
                switch (debt.orElseThrow()) {
                    case LockDebt.Healthy _ -> "healthy";
                    case LockDebt.Failed _ -> "failed";
                    case LockDebt.Abandoned _ -> "abandoned";
                };
        Journal.say("reboot lock released", "outcome", outcome, "detail", detail);
    }

    /** Doubling waits between tries; says only the first failure of a row. */
    private static final class Backoff {
        private final InstantSource clock;
        private Duration wait = RETRY_FIRST;
        private Instant next = Instant.MIN;

        Backoff(InstantSource clock) {
            this.clock = clock;
        }

        boolean isDue() {
            Instant now = clock.instant();
            // Further ahead than any wait: the wall clock was set back meanwhile.
            return !now.isBefore(next) || next.isAfter(now.plus(RETRY_MAX));
        }

        Duration shorterWait(Backoff other) {
            return wait.compareTo(other.wait) < 0 ? wait : other.wait;
        }

        void succeeded() {
            wait = RETRY_FIRST;
            next = Instant.MIN;
        }

        void failed(String reason) {
            if (wait.equals(RETRY_FIRST)) {
                Journal.warn("not delivered yet, trying again", "reason", reason);
            }
            next = clock.instant().plus(wait);
            Duration doubled = wait.multipliedBy(2);
            wait = doubled.compareTo(RETRY_MAX) < 0 ? doubled : RETRY_MAX;
        }
    }
}
