package io.keelson.engine.agent;

import io.keelson.engine.config.RebootStrategy;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.reboot.CommitAnswer;
import io.keelson.reboot.LockAnswer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** From a prepared switch to the reboot, when the strategy and the group's lock allow it. */
final class RebootSteps {
    private static final Duration LOCK_RETRY = Duration.ofSeconds(5);
    private static final Duration WAIT_FOR_OPERATOR = Duration.ofHours(1);

    /** A reboot that has not happened by then is asked for again. */
    private static final Duration REBOOT_DEADLINE = Duration.ofMinutes(5);

    private final AgentParts parts;
    private final AgentMemory memory;
    private final Courier courier;
    private boolean isDemanded;
    private String saidReason = "";

    RebootSteps(AgentParts parts, AgentMemory memory, Courier courier) {
        this.parts = parts;
        this.memory = memory;
        this.courier = courier;
    }

    /** An operator wants the reboot whatever the strategy; the lock is asked all the same. */
    void demand() {
        isDemanded = true;
    }

    /** A switch is prepared: asks for what the reboot needs. */
    Duration seek(PendingSwitch pending) throws IOException, InterruptedException {
        RebootStrategy strategy = parts.config().reboot().strategy();
        boolean isWanted =
                isDemanded
                        || strategy != RebootStrategy.OFF
                        || pending.kind() != PendingSwitch.Kind.UPDATE;
        if (!isWanted) {
            return WAIT_FOR_OPERATOR;
        }
        if (parts.slots().isEmpty()) {
            return go(0);
        }
        if (!courier.isSlotSettled()) {
            return denied(0, "the slot of the last reboot is not handed back yet");
        }
        return switch (parts.slots().get().request()) {
            case LockAnswer.Granted(var fence) -> go(fence);
            case LockAnswer.Queued(var position, _, var reason, _, _) -> denied(position, reason);
            case LockAnswer.Refused(var kind, var reason) -> denied(0, kind + ": " + reason);
            case LockAnswer.Unavailable(var reason) -> denied(0, reason);
        };
    }

    private Duration denied(int position, String reason) throws IOException {
        String said = position + reason;
        if (!said.equals(saidReason)) {
            Journal.say(
                    "waiting for the reboot lock",
                    "position",
                    Integer.toString(position),
                    "reason",
                    reason);
            saidReason = said;
        }
        memory.apply(new AgentEvent.LockDenied(position, reason));
        return LOCK_RETRY;
    }

    private Duration go(long fence) throws IOException {
        memory.apply(new AgentEvent.RebootCleared(fence));
        saidReason = "";
        return Duration.ZERO;
    }

    /** The reboot is allowed: commits to it as the last question, then does it. */
    Duration reboot(AgentState.Rebooting state) throws IOException, InterruptedException {
        Optional<String> objection = commit(state.fence());
        if (objection.isPresent()) {
            Journal.warn("reboot not started", "reason", objection.get());
            memory.apply(new AgentEvent.RebootNotStarted());
            return LOCK_RETRY;
        }
        PendingSwitch pending = state.pending();
        Journal.say(
                "rebooting",
                "from",
                pending.from().text(),
                "to",
                pending.to().text(),
                "fence",
                Long.toString(state.fence()));
        parts.machine().reboot();
        return REBOOT_DEADLINE;
    }

    private Optional<String> commit(long fence) {
        if (parts.slots().isEmpty() || fence == 0) {
            return Optional.empty();
        }
        return switch (parts.slots().get().commit(fence)) {
            case CommitAnswer.Committed _ -> Optional.empty();
            case CommitAnswer.Refused(var kind, var reason) -> Optional.of(kind + ": " + reason);
            case CommitAnswer.Unavailable(var reason) -> Optional.of(reason);
        };
    }
}
