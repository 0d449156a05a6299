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
import java.time.InstantSource;
import java.util.Optional;

/**
 * Delivers what the host owes others: events to the update server, in order, and a reboot slot to
 * the lock. Both are in the durable record until the other side has answered, so each arrives at
 * least once; receivers tell repetitions by their content.
 */
final class Courier {
    private static final String REBOOTED_AFTER_CANCEL = "rebooted after the switch was cancelled";

    private final AgentMemory memory;
    private final Optional<UpdateServer> server;
    private final Lock lock;
    private final Retry reporting;
    private final Retry handingBack;
    private Optional<RebootSlots> former = Optional.empty();

    /**
     * The reboot lock as the settings have it.
     *
     * @param group in which slots are asked for
     * @param slots absent when reboots need no lock
     */
    record Lock(String group, Optional<RebootSlots> slots, RebootSlots.Groups groups) {}

    Courier(AgentMemory memory, Optional<UpdateServer> server, Lock lock, InstantSource clock) {
        this.memory = memory;
        this.server = server;
        this.lock = lock;
        this.reporting = new Retry(clock);
        this.handingBack = new Retry(clock);
    }

    /** Tries what is due; returns when the next try is, if anything is left. */
    Optional<Duration> deliver() throws IOException {
        deliverReports();
        handBackSlot();
        AgentRecord left = memory.current();
        boolean owesReports = !left.reports().isEmpty();
        boolean owesSlot = left.lockDebt().isPresent();
        if (owesReports && owesSlot) {
            Duration first = reporting.untilDue();
            Duration other = handingBack.untilDue();
            return Optional.of(first.compareTo(other) < 0 ? first : other);
        }
        return owesReports
                ? Optional.of(reporting.untilDue())
                : Optional.of(handingBack.untilDue()).filter(_ -> owesSlot);
    }

    /** Whether no reboot slot has to be handed back any more. */
    boolean isSlotSettled() {
        return memory.current().lockDebt().isEmpty();
    }

    /**
     * Whether the server must not be asked for updates yet: events go out before, and a slot that
     * others wait for is handed back before a download of hours. Not for ever, if that fails.
     *
     * @param isWanted by an operator, now
     */
    boolean comesFirst(boolean isWanted) {
        AgentRecord left = memory.current();
        boolean isReportFirst = !left.reports().isEmpty() && !isWanted && !reporting.isOverdue();
        boolean isSlotFirst =
                left.lockDebt().isPresent()
                        && !handingBack.isOverdue()
                        && !(isWanted && handingBack.isFailing());
        return isReportFirst || isSlotFirst;
    }

    /** The group shows that the host is back, while the health gate judges. */
    void tellReturned() throws IOException {
        creditor().ifPresent(RebootSlots::tellReturned);
    }

    /** Why events do not reach the server; on any thread. */
    Optional<String> reportTrouble() {
        return reporting.trouble().map(Retry.Trouble::toString);
    }

    /** Why the slot cannot be handed back; on any thread. */
    Optional<String> slotTrouble() {
        return handingBack.trouble().map(Retry.Trouble::toString);
    }

    private void deliverReports() throws IOException {
        if (server.isEmpty()) {
            memory.change(Courier::withoutReports);
            return;
        }
        while (!memory.current().reports().isEmpty() && reporting.isDue()) {
            Report report = memory.current().reports().getFirst();
            Optional<String> failure = server.get().report(report);
            if (failure.isPresent()) {
                reporting.failed(failure.get());
            } else {
                reporting.succeeded();
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
        if (!handingBack.isDue()) {
            return;
        }
        Optional<RebootSlots> slots;
        try {
            slots = creditor();
        } catch (IOException e) {
            handingBack.failed(String.valueOf(e.getMessage()));
            return;
        }
        if (slots.isEmpty()) {
            forgive("the settings name no lock any more");
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
                    handingBack.failed("the lock was granted in this boot " + bootId);
            case ReleaseAnswer.Refused(var kind, var _)
                    when kind == RefusalKind.FENCED && debt.get() instanceof LockDebt.Abandoned ->
                    rebootedAfterAll();
            case ReleaseAnswer.Refused(var kind, var reason) -> {
                handingBack.failed(kind + ": " + reason);
                boolean isFormer = !slots.equals(lock.slots());
                if (isFormer && (kind == RefusalKind.UNKNOWN_GROUP || handingBack.isOverdue())) {
                    forgive(kind + ": " + reason);
                }
            }
            case ReleaseAnswer.Unavailable(var reason) -> handingBack.failed(reason);
        }
    }

    /** The settings may have changed since the slot was taken. */
    private Optional<RebootSlots> creditor() throws IOException {
        Optional<String> group = memory.current().slotGroup();
        boolean isAskedThere = lock.slots().isPresent() && group.equals(Optional.of(lock.group()));
        if (group.isEmpty() || isAskedThere) {
            return lock.slots();
        }
        if (former.isEmpty()) {
            former = lock.groups().of(group.get());
        }
        return former;
    }

    private void forgive(String reason) throws IOException {
        memory.current()
                .slotGroup()
                .ifPresent(group ->
                        Journal.warn(
                                "the reboot slot cannot be handed back; free it with 'keelson"
                                        + " reboot unlock'",
                                "group",
                                group,
                                "reason",
                                reason));
        handingBack.succeeded();
        memory.change(AgentRecord::withoutSlot);
    }

    /** The turn ended with a reboot that was not wanted any more; only as failed can it end. */
    private void rebootedAfterAll() throws IOException {
        memory.change(before ->
                before.withLockDebt(Optional.of(new LockDebt.Failed(REBOOTED_AFTER_CANCEL))));
        handingBack.succeeded();
    }

    private void settled(String detail) throws IOException {
        handingBack.succeeded();
        Optional<LockDebt> debt = memory.current().lockDebt();
        memory.change(AgentRecord::withoutSlot);
        String outcome =
                switch (debt.orElseThrow()) {
                    case LockDebt.Healthy _ -> "healthy";
                    case LockDebt.Failed _ -> "failed";
                    case LockDebt.Abandoned _ -> "abandoned";
                };
        Journal.say("reboot lock released", "outcome", outcome, "detail", detail);
    }
}
