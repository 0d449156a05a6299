package io.keelson.engine.agent;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.health.Verdict;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.PendingSwitch.Kind;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the start of the daemon finds: it compares what was to happen with what has happened, in the
 * same boot or after one, and finishes or takes back what was cut in the middle.
 */
final class Recovery {
    private final AgentParts parts;
    private final AgentMemory memory;
    private final BootSteps boots;
    private final BootEntries entries;
    private final Cancellation cancellation;

    Recovery(AgentParts parts, AgentMemory memory, BootSteps boots) {
        this.parts = parts;
        this.memory = memory;
        this.boots = boots;
        this.entries = new BootEntries(parts.disks().access(), parts.disks().paths().esp());
        this.cancellation = new Cancellation(parts, memory, entries);
    }

    /**
     * Compares what was to happen with what has happened; called first of all, and after a step
     * that stumbled.
     */
    void recover() throws IOException {
        AgentState state = memory.state();
        Optional<PendingSwitch> pending = pending(state);
        if (pending.isEmpty()) {
            memory.apply(new AgentEvent.DaemonRestarted());
        } else if (pending.get().bootId().equals(parts.machine().bootId())) {
            sameBoot(state, pending.get());
        } else {
            otherBoot(state, pending.get());
        }
    }

    private static Optional<PendingSwitch> pending(AgentState state) {
        return switch (state) {
            case AgentState.Finalizing(var pending) -> Optional.of(pending);
            case AgentState.UpdatedNeedReboot(var pending) -> Optional.of(pending);
            case AgentState.WaitingForLock(var pending, _, _) -> Optional.of(pending);
            case AgentState.Rebooting(var pending, _) -> Optional.of(pending);
            case AgentState.Confirming(var pending) -> Optional.of(pending);
            case AgentState.Idle _,
                    AgentState.Checking _,
                    AgentState.Available _,
                    AgentState.Downloading _,
                    AgentState.Verifying _,
                    AgentState.Reporting _,
                    AgentState.RolledBack _ ->
                    Optional.empty();
        };
    }

    private void sameBoot(AgentState state, PendingSwitch pending) throws IOException {
        try {
            continueBoot(state, pending);
        } catch (IOException e) {
            if (state instanceof AgentState.Finalizing) {
                throw e;
            }
            // A daemon that starts can say what is wrong with the ESP, and reboot.
            Journal.warn("the boot entries cannot be read", "reason", String.valueOf(e));
            memory.apply(new AgentEvent.DaemonRestarted());
        }
    }

    private void continueBoot(AgentState state, PendingSwitch pending) throws IOException {
        if (state instanceof AgentState.Finalizing) {
            memory.apply(
                    entries.isNext(pending.to())
                            ? new AgentEvent.SwitchPrepared(pending)
                            : new AgentEvent.DaemonRestarted());
        } else if (isCancellable(state) && cancellation.isBegun(pending)) {
            cancellation.cancel(pending);
        } else if (isCancellable(state) && isGoingBackUnprepared(pending)) {
            goBackAfterAll(pending);
        } else {
            memory.apply(new AgentEvent.DaemonRestarted());
        }
    }

    private static boolean isCancellable(AgentState state) {
        return state instanceof AgentState.UpdatedNeedReboot
                || state instanceof AgentState.WaitingForLock;
    }

    /** Remembered first, prepared on the disk second: a cut in between leaves the first alone. */
    private boolean isGoingBackUnprepared(PendingSwitch pending) throws IOException {
        return pending.kind() == Kind.GOING_BACK
                && entries.find(pending.from()).filter(e -> !e.isExhausted()).isPresent();
    }

    private void goBackAfterAll(PendingSwitch pending) throws IOException {
        try {
            entries.exhaust(pending.from());
            memory.apply(new AgentEvent.DaemonRestarted());
        } catch (IOException e) {
            cancellation.forgetGoingBack(pending, String.valueOf(e.getMessage()));
        }
    }

    private void otherBoot(AgentState state, PendingSwitch pending) throws IOException {
        ReleaseVersion running = parts.machine().version();
        if (running.equals(pending.to())) {
            memory.apply(new AgentEvent.BootedTarget());
            Journal.say("booted", "version", running.text(), "from", pending.from().text());
            return;
        }
        Optional<BootEntryName> entry = entries.find(pending.to());
        boolean isUnchanged = entry.isEmpty() || isUnreached(pending);
        if (state instanceof AgentState.Finalizing && isUnchanged) {
            // The power went before the switch: nothing has changed.
            memory.apply(new AgentEvent.DaemonRestarted());
            return;
        }
        if (isCancellable(state) && cancellation.isBegun(pending)) {
            cancellation.cancel(pending);
            return;
        }
        if (isCancellable(state) && isGoingBackUnprepared(pending)) {
            cancellation.forgetGoingBack(pending, "the power went before it was prepared");
            return;
        }
        Optional<Verdict> verdict = lastFailed(pending.to());
        String reason = whyBack(pending, entry, verdict);
        boots.cameBack(pending, reason, verdict.map(BootSteps::account).orElse(reason));
    }

    /** Whether the older release is there and was never what boots next. */
    private boolean isUnreached(PendingSwitch pending) throws IOException {
        return pending.kind() == Kind.DOWNGRADE
                && entries.find(pending.from()).filter(e -> !e.isOnTrial()).isPresent();
    }

    private List<Verdict> verdicts(ReleaseVersion version) {
        return parts.files().verdicts().newestFirst().stream()
                .filter(verdict -> verdict.version().equals(version.text()))
                .toList();
    }

    private Optional<Verdict> lastFailed(ReleaseVersion version) {
        return verdicts(version).stream().filter(verdict -> !verdict.isHealthy()).findFirst();
    }

    private String whyBack(
            PendingSwitch pending, Optional<BootEntryName> entry, Optional<Verdict> failed) {
        if (!pending.isInstallation()) {
            return "release %s did not boot".formatted(pending.to());
        }
        if (failed.isPresent()) {
            return BootSteps.GATE_FAILED + failed.get().reason();
        }
        if (entry.isPresent() && !entry.get().isExhausted()) {
            return "release %s still has tries: another was chosen at the boot menu, or the boot loader could not read its image"
                    .formatted(pending.to());
        }
        return verdicts(pending.to()).isEmpty()
                ? "release %s never reached its health gate".formatted(pending.to())
                : "release %s passed its health gate but its boot was never confirmed"
                        .formatted(pending.to());
    }

    /**
     * What happened to other releases is not remembered, such as after a newer release wrote the
     * state in a form of its own, or on a new /var: those without tries failed here, or were given
     * up by an operator, and are not fetched again before somebody asks for it.
     */
    void learnFromEntries() throws IOException {
        String lost = "what became of the reboot is not remembered";
        memory.change(before ->
                before.slotGroup().isPresent() ? before.owing(new LockDebt.Failed(lost)) : before);
        List<BootEntryName> found;
        try {
            found = entries.list();
        } catch (IOException e) {
            // A daemon that starts can say what is wrong with the ESP.
            Journal.warn("the boot entries cannot be read", "reason", String.valueOf(e));
            return;
        }
        for (BootEntryName entry : found) {
            if (entry.isExhausted() && !entry.version().equals(parts.machine().version())) {
                String reason = "it has no tries left, and what became of it is not remembered";
                Journal.warn("bad release", "version", entry.version().text(), "reason", reason);
                memory.change(before -> before.withBad(boots.bad(entry.version(), reason)));
            }
        }
    }
}
