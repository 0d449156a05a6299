package io.keelson.engine.agent;

import io.keelson.engine.agent.HostGates.Hold;
import io.keelson.engine.config.RebootStrategy;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.surroundings.Machine;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.RefusalKind;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * From a prepared switch to the reboot: window, blockers and users of this host, then the group's
 * slot, then drain, the window once more, and as the last question whether the grant still lives.
 */
final class RebootSteps {
    private static final Duration LOCK_RETRY = Duration.ofSeconds(5);

    /** Who is refused, such as by a halted group, is not in line: nobody tells it of a change. */
    private static final Duration REFUSED_RETRY = Duration.ofSeconds(30);

    private static final Duration WAIT_FOR_OPERATOR = Duration.ofHours(1);

    /** After a drain or an order that failed others get the slot for a while. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

    /** A reboot that has not happened by then is asked for again. */
    private static final Duration REBOOT_DEADLINE = Duration.ofMinutes(5);

    /** How long a drained host waits for a lock that does not answer its last question. */
    private static final Duration COMMIT_PATIENCE = Duration.ofMinutes(1);

    private final AgentParts parts;
    private final AgentMemory memory;
    private final Courier courier;
    private final HostGates gates;
    private boolean isReturnTold;
    private boolean isDrainInherited;
    private String saidReason = "";
    private String pauseReason = "";
    private Duration notBefore = Duration.ZERO;
    private Optional<Leaving> leaving = Optional.empty();

    /** How far a reboot that is allowed has come, in times of {@link Machine#uptime}. */
    private sealed interface Leaving {
        /** Nothing works here any more; the lock may take until then to confirm the grant. */
        record Drained(Duration end) implements Leaving {}

        /** systemd has been asked, and is asked again then. */
        record Asked(Duration next) implements Leaving {}
    }

    RebootSteps(AgentParts parts, AgentMemory memory, Courier courier) {
        this.parts = parts;
        this.memory = memory;
        this.courier = courier;
        this.gates = new HostGates(parts);
    }

    /** An operator wants the reboot: what was waited for before does not count any more. */
    void hurry() {
        notBefore = Duration.ZERO;
    }

    /** A switch is prepared: asks for what the reboot needs. */
    Duration seek(PendingSwitch pending) throws IOException, InterruptedException {
        if (memory.current().isDrained(parts.machine().bootId())) {
            isDrainInherited = true;
            undrain();
        }
        if (isForOperator(pending)) {
            return WAIT_FOR_OPERATOR;
        }
        if (parts.slots().isPresent() && !courier.isSlotSettled()) {
            return denied(0, "the slot of the last reboot is not handed back yet", LOCK_RETRY);
        }
        Duration pause = notBefore.minus(parts.machine().uptime());
        if (pause.isPositive()) {
            return denied(0, pauseReason, pause);
        }
        Optional<Hold> hold = gates.hold(pending.isOrdered());
        if (hold.isPresent()) {
            return hold(hold.get());
        }
        if (parts.slots().isEmpty()) {
            return go(0);
        }
        String leaving = pending.kind() == PendingSwitch.Kind.REBOOT ? "" : pending.from().text();
        return switch (parts.slots().get().request(leaving)) {
            case LockAnswer.Granted(var fence) -> go(fence);
            case LockAnswer.Queued(var position, _, var reason, _, _) ->
                    denied(position, reason, parts.slots().get().lookAgain());
            case LockAnswer.Refused(var kind, var reason) ->
                    denied(0, kind.wire() + ": " + reason, REFUSED_RETRY);
            case LockAnswer.Unavailable(var reason) -> denied(0, reason, LOCK_RETRY);
        };
    }

    /** Its place in line the host keeps; a turn that comes now is for the next. */
    private Duration hold(Hold hold) throws IOException {
        if (parts.slots().filter(RebootSlots::isGrantedUnseen).isPresent()) {
            memory.change(before ->
                    before.withSlot(parts.config().reboot().lockGroup())
                            .owing(new LockDebt.Abandoned(hold.reason())));
            return denied(0, hold.reason(), LOCK_RETRY);
        }
        return denied(0, hold.reason(), hold.pause());
    }

    private boolean isForOperator(PendingSwitch pending) {
        return !pending.isOrdered() && parts.config().reboot().strategy() == RebootStrategy.OFF;
    }

    private Duration denied(int position, String reason, Duration wait) throws IOException {
        String said = position + reason;
        if (!said.equals(saidReason)) {
            Journal.say(
                    "waiting to reboot", "position", Integer.toString(position), "reason", reason);
            saidReason = said;
        }
        memory.apply(new AgentEvent.LockDenied(position, reason));
        return wait;
    }

    private Duration go(long fence) throws IOException {
        memory.change(before -> {
            AgentRecord cleared = before.after(new AgentEvent.RebootCleared(fence));
            return fence == 0 ? cleared : cleared.withSlot(parts.config().reboot().lockGroup());
        });
        saidReason = "";
        leaving = Optional.empty();
        return Duration.ZERO;
    }

    /**
     * The reboot is allowed: drains, commits to it as the last question, then does it. Called again
     * while the lock does not answer, while the host goes down, and by a daemon that was restarted
     * meanwhile, which drains once more.
     */
    Duration reboot(AgentState.Rebooting state) throws IOException, InterruptedException {
        PendingSwitch pending = state.pending();
        Duration uptime = parts.machine().uptime();
        if (leaving.isPresent() && leaving.get() instanceof Leaving.Asked(var next)) {
            return uptime.compareTo(next) < 0 ? next.minus(uptime) : goDown();
        }
        if (leaving.isEmpty()) {
            gates.takeLeave(pending.isOrdered());
            tell(state.fence(), HolderState.DRAINING);
            Optional<String> undrained = drain();
            uptime = parts.machine().uptime();
            if (undrained.isPresent()) {
                return stayForAWhile("drain failed: " + undrained.get());
            }
            leaving = Optional.of(new Leaving.Drained(uptime.plus(COMMIT_PATIENCE)));
        }
        // A grant that took long, or a long drain, may have used up the window.
        Optional<Hold> hold = gates.holdAtLast(pending.isOrdered());
        if (hold.isPresent()) {
            return stay(hold.get().reason());
        }
        if (isForOperator(pending)) {
            return stay("REBOOT_STRATEGY is off now");
        }
        switch (commit(state.fence())) {
            case CommitAnswer.Committed _ -> {}
            case CommitAnswer.Refused(var kind, var reason) -> {
                return stay(kind.wire() + ": " + reason);
            }
            case CommitAnswer.Unavailable(var reason) -> {
                return unanswered(reason, uptime);
            }
        }
        Journal.say(
                "rebooting",
                "from",
                pending.from().text(),
                "to",
                pending.to().text(),
                "fence",
                Long.toString(state.fence()));
        tell(state.fence(), HolderState.REBOOTING);
        return goDown();
    }

    /** The grant may well live on, but a host must not stand drained and in the others' way. */
    private Duration unanswered(String reason, Duration uptime)
            throws IOException, InterruptedException {
        boolean isOver =
                leaving.isPresent()
                        && leaving.get() instanceof Leaving.Drained(var end)
                        && uptime.compareTo(end) >= 0;
        return isOver ? stay("the lock did not confirm the grant: " + reason) : LOCK_RETRY;
    }

    /** From here on the host is going down, and nothing is asked or taken back any more. */
    private Duration goDown() throws IOException, InterruptedException {
        leaving = Optional.of(new Leaving.Asked(parts.machine().uptime().plus(REBOOT_DEADLINE)));
        Optional<String> refusal = parts.machine().reboot();
        return refusal.isPresent() ? stayForAWhile(refusal.get()) : REBOOT_DEADLINE;
    }

    /** Once: while the health gate judges, the group shows that the host is back. */
    void tellReturned() throws IOException {
        if (!isReturnTold) {
            isReturnTold = true;
            courier.tellReturned();
        }
    }

    private void tell(long fence, HolderState state) {
        parts.slots().filter(_ -> fence > 0).ifPresent(slots -> slots.tell(fence, state));
    }

    private Duration stayForAWhile(String reason) throws IOException, InterruptedException {
        pauseReason = reason;
        notBefore = parts.machine().uptime().plus(AFTER_FAILURE);
        return stay(reason);
    }

    /** Does not reboot: hands the slot back for others, takes the drain back, and says so. */
    private Duration stay(String reason) throws IOException, InterruptedException {
        Journal.warn("reboot not started", "reason", reason);
        gates.forget();
        leaving = Optional.empty();
        boolean isHolder =
                memory.state() instanceof AgentState.Rebooting(_, var fence) && fence > 0;
        memory.change(before -> {
            AgentRecord after =
                    before.after(new AgentEvent.RebootNotStarted())
                            .after(new AgentEvent.LockDenied(0, reason));
            return isHolder ? after.owing(new LockDebt.Abandoned(reason)) : after;
        });
        saidReason = 0 + reason;
        undrain();
        // Soon: others may be waiting for the slot.
        return LOCK_RETRY;
    }

    /** Remembered first: whoever comes after a cut takes back what was begun. */
    private Optional<String> drain() throws IOException, InterruptedException {
        String bootId = parts.machine().bootId();
        isDrainInherited |= memory.current().isDrained(bootId);
        memory.change(before -> before.withDrain(Optional.of(bootId)));
        return parts.departure().drain(parts.config().reboot().patience().drain());
    }

    /** A daemon before this one may have called programs that this one did not. */
    private void undrain() throws IOException, InterruptedException {
        Duration most = parts.config().reboot().patience().drain();
        if (isDrainInherited) {
            parts.departure().undrainAll(most);
        } else {
            parts.departure().undrain(most);
        }
        isDrainInherited = false;
        memory.change(before -> before.withDrain(Optional.empty()));
    }

    private CommitAnswer commit(long fence) {
        if (parts.slots().isEmpty()) {
            return new CommitAnswer.Committed();
        }
        // The daemon was restarted meanwhile, and its settings may have changed.
        return fence == 0
                ? new CommitAnswer.Refused(
                        RefusalKind.FENCED, "this turn began before the settings named a lock")
                : parts.slots().get().commit(fence);
    }
}
