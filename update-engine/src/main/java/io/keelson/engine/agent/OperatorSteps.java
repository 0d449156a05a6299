package io.keelson.engine.agent;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.slot.SlotStatus;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.PendingSwitch.Kind;

import java.io.IOException;
import java.util.Optional;

/** What an operator may ask for through the control socket. */
final class OperatorSteps {
    private final AgentParts parts;
    private final AgentMemory memory;
    private final UpdateSteps updates;
    private final RebootSteps reboots;
    private final BootEntries entries;
    private final Cancellation cancellation;

    OperatorSteps(AgentParts parts, AgentMemory memory, UpdateSteps updates, RebootSteps reboots) {
        this.parts = parts;
        this.memory = memory;
        this.updates = updates;
        this.reboots = reboots;
        this.entries = new BootEntries(parts.disks().access(), parts.disks().paths().esp());
        this.cancellation = new Cancellation(parts, memory, entries);
    }

    ControlAnswer check() {
        return ask(updates::hurry);
    }

    private ControlAnswer ask(Runnable how) {
        if (parts.server().isEmpty()) {
            return ControlAnswer.conflict("updates are disabled; set SERVER in update.conf");
        }
        if (!(memory.state() instanceof AgentState.Idle)) {
            return busy("check");
        }
        how.run();
        return accepted("checking");
    }

    ControlAnswer apply(boolean isRetry) throws IOException {
        if (isRetry && memory.state() instanceof AgentState.Idle) {
            memory.change(AgentRecord::forgiving);
        }
        return ask(isRetry ? updates::retry : updates::hurry);
    }

    ControlAnswer reboot() throws IOException {
        return switch (memory.state()) {
            case AgentState.Idle _ -> {
                ReleaseVersion running = parts.machine().version();
                memory.apply(
                        new AgentEvent.SwitchPrepared(
                                new PendingSwitch(
                                        running, running, parts.machine().bootId(), Kind.REBOOT)));
                yield accepted("rebooting as soon as the lock allows it");
            }
            case AgentState.UpdatedNeedReboot _ -> {
                order();
                yield accepted("rebooting as soon as the lock allows it");
            }
            case AgentState.WaitingForLock(_, _, var reason) -> {
                order();
                yield accepted(
                        "rebooting as soon as the lock allows it, waiting so far: " + reason);
            }
            case AgentState.Checking _,
                    AgentState.Available _,
                    AgentState.Downloading _,
                    AgentState.Verifying _,
                    AgentState.Finalizing _,
                    AgentState.Rebooting _,
                    AgentState.Confirming _,
                    AgentState.Reporting _,
                    AgentState.RolledBack _ ->
                    busy("reboot");
        };
    }

    private void order() throws IOException {
        reboots.hurry();
        memory.apply(new AgentEvent.RebootOrdered());
    }

    /** Before the reboot: takes the switch back. Otherwise: makes the other slot boot next. */
    ControlAnswer rollback() throws IOException {
        return switch (memory.state()) {
            case AgentState.Idle _ -> goBack();
            case AgentState.UpdatedNeedReboot(var pending) -> cancel(pending);
            case AgentState.WaitingForLock(var pending, _, _) -> cancel(pending);
            case AgentState.Checking _,
                    AgentState.Available _,
                    AgentState.Downloading _,
                    AgentState.Verifying _,
                    AgentState.Finalizing _,
                    AgentState.Rebooting _,
                    AgentState.Confirming _,
                    AgentState.Reporting _,
                    AgentState.RolledBack _ ->
                    busy("rollback");
        };
    }

    private ControlAnswer cancel(PendingSwitch pending) throws IOException {
        if (pending.kind() == Kind.GOING_BACK) {
            return ControlAnswer.conflict(
                    "release " + pending.from() + " was already given up; reboot instead");
        }
        cancellation.cancel(pending);
        return accepted("release " + pending.to() + " will not be booted");
    }

    private ControlAnswer goBack() throws IOException {
        Optional<SlotStatus> other =
                SlotStatus.read(parts.disks().access(), parts.disks().paths()).stream()
                        .filter(slot -> !slot.isRunning())
                        .filter(slot -> slot.entry().filter(e -> !e.isExhausted()).isPresent())
                        .findFirst();
        if (other.isEmpty()) {
            return ControlAnswer.conflict("the other slot holds no release that can boot");
        }
        ReleaseVersion running = parts.machine().version();
        var target = new ReleaseVersion(other.get().version());
        var pending = new PendingSwitch(running, target, parts.machine().bootId(), Kind.GOING_BACK);
        AgentRecord unchanged = memory.current();
        memory.change(before ->
                before.after(new AgentEvent.SwitchPrepared(pending))
                        .withBad(cancellation.givenUp(running)));
        try {
            // Last durable step: systemd-boot prefers the higher version unless it has no tries
            // left.
            entries.exhaust(running);
        } catch (IOException e) {
            // What counts is the name of the entry, which may have changed all the same.
            if (entries.find(running).filter(entry -> entry.isExhausted()).isEmpty()) {
                memory.change(_ -> unchanged);
            }
            throw e;
        }
        Journal.say("going back", "from", running.text(), "to", target.text());
        return accepted("going back to " + target + " as soon as the lock allows the reboot");
    }

    private ControlAnswer busy(String command) {
        return ControlAnswer.conflict(
                "cannot %s while the host is %s".formatted(command, memory.state().text()));
    }

    private static ControlAnswer accepted(String message) {
        return ControlAnswer.ok(JsonObject.empty().with("message", message));
    }
}
