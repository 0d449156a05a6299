package io.keelson.engine.agent;

import io.keelson.engine.agent.HostGates.Hold;
import io.keelson.engine.config.RebootStrategy;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;

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

    /** After a drain that failed others get the slot for a while. */
    private static final Duration AFTER_FAILED_DRAIN = Duration.ofMinutes(10);

    /** A reboot that has not happened by then is asked for again. */
    private static final Duration REBOOT_DEADLINE = Duration.ofMinutes(5);

    private final AgentParts parts;
    private final AgentMemory memory;
    private final Courier courier;
    private final HostGates gates;
    private boolean isDemanded;
    private boolean isReturnTold;
    private String saidReason = "";
    private String failedDrain = "";
    private Duration notBefore = Duration.ZERO;

    RebootSteps(AgentParts parts, AgentMemory memory, Courier courier) {
        this.parts = parts;
        this.memory = memory;
        this.courier = courier;
        this.gates = new HostGates(parts);
    }

    /** An operator wants the reboot whatever the strategy; the lock is asked all the same. */
    void demand() {
        isDemanded = true;
        notBefore = Duration.ZERO;
    }

    /** A switch is prepared: asks for what the reboot needs. */
    Duration seek(PendingSwitch pending) throws IOException, InterruptedException {
        if (!isOrdered(pending) && parts.config().reboot().strategy() == RebootStrategy.OFF) {
            return WAIT_FOR_OPERATOR;
        }
        if (parts.slots().isPresent() && !courier.isSlotSettled()) {
            return denied(0, "the slot of the last reboot is not handed back yet", LOCK_RETRY);
        }
        Duration pause = notBefore.minus(parts.machine().uptime());
        if (pause.isPositive()) {
            return denied(0, failedDrain, pause);
        }
        Optional<Hold> hold = gates.hold(isOrdered(pending));
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
                    before.withLockDebt(Optional.of(new LockDebt.Abandoned(hold.reason()))));
            return denied(0, hold.reason(), LOCK_RETRY);
        }
        return denied(0, hold.reason(), hold.pause());
    }

    /** Whether a person asked for this reboot, rather than an update. */
    private boolean isOrdered(PendingSwitch pending) {
        return isDemanded || !pending.isInstallation();
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
        memory.apply(new AgentEvent.RebootCleared(fence));
        saidReason = "";
        return Duration.ZERO;
    }

    /** The reboot is allowed: drains, commits to it as the last question, then does it. */
    Duration reboot(AgentState.Rebooting state) throws IOException, InterruptedException {
        PendingSwitch pending = state.pending();
        tell(state.fence(), HolderState.DRAINING);
        Optional<String> undrained =
                parts.departure().drain(parts.config().reboot().patience().drain());
        if (undrained.isPresent()) {
            failedDrain = "drain failed: " + undrained.get();
            notBefore = parts.machine().uptime().plus(AFTER_FAILED_DRAIN);
            return stay(failedDrain);
        }
        // A grant that took long, or a long drain, may have used up the window.
        Optional<Hold> hold = gates.holdAtLast(isOrdered(pending));
        if (hold.isPresent()) {
            return stay(hold.get().reason());
        }
        switch (commit(state.fence())) {
            case CommitAnswer.Committed _ -> {}
            case CommitAnswer.Refused(var kind, var reason) -> {
                return stay(kind.wire() + ": " + reason);
            }
            case CommitAnswer.Unavailable(var reason) -> {
                // The grant may well live on: it is asked for again, not given up.
                Journal.warn("reboot not started", "reason", reason);
                memory.apply(new AgentEvent.RebootNotStarted());
                return LOCK_RETRY;
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
        parts.machine().reboot();
        return REBOOT_DEADLINE;
    }

    /** Once: while the health gate judges, the group shows that the host is back. */
    void tellReturned() {
        if (!isReturnTold) {
            isReturnTold = true;
            parts.slots().ifPresent(RebootSlots::tellReturned);
        }
    }

    private void tell(long fence, HolderState state) {
        parts.slots().filter(_ -> fence > 0).ifPresent(slots -> slots.tell(fence, state));
    }

    /** Does not reboot: hands the slot back for others, takes the drain back, and says so. */
    private Duration stay(String reason) throws IOException, InterruptedException {
        Journal.warn("reboot not started", "reason", reason);
        gates.forget();
        memory.change(before -> {
            AgentRecord after =
                    before.after(new AgentEvent.RebootNotStarted())
                            .after(new AgentEvent.LockDenied(0, reason));
            return parts.slots().isEmpty()
                    ? after
                    : after.withLockDebt(Optional.of(new LockDebt.Abandoned(reason)));
        });
        saidReason = 0 + reason;
        parts.departure().undrain(parts.config().reboot().patience().drain());
        // Soon: others may be waiting for the slot.
        return LOCK_RETRY;
    }

    private CommitAnswer commit(long fence) {
        return parts.slots().isEmpty() || fence == 0
                ? new CommitAnswer.Committed()
                : parts.slots().get().commit(fence);
    }
}
