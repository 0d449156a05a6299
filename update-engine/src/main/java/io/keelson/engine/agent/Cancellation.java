package io.keelson.engine.agent;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.PendingSwitch;

import java.io.IOException;
import java.util.Optional;

/**
 * Takes back a switch before its reboot: first on the disk, then in the record. Every step can be
 * repeated, so that what a power cut left half done is done again at the next start.
 */
final class Cancellation {
    private static final LockDebt ABANDONED = new LockDebt.Abandoned("an operator cancelled");

    private final AgentParts parts;
    private final AgentMemory memory;
    private final BootEntries entries;

    Cancellation(AgentParts parts, AgentMemory memory, BootEntries entries) {
        this.parts = parts;
        this.memory = memory;
        this.entries = entries;
    }

    /** The host stays on the release that is to be left, and does not fetch the other again. */
    void cancel(PendingSwitch pending) throws IOException {
        switch (pending.kind()) {
            case UPDATE -> entries.exhaust(pending.to());
            case DOWNGRADE -> {
                // In this order: of two that have no tries left, systemd-boot takes the newer.
                entries.exhaust(pending.to());
                entries.bless(pending.from());
            }
            case REBOOT, GOING_BACK -> {
                // Nothing on the disk was prepared for it.
            }
        }
        memory.change(before -> {
            AgentRecord after = abandoned(before);
            return pending.isInstallation() ? after.withBad(givenUp(pending.to())) : after;
        });
        Journal.say("switch cancelled by an operator", "version", pending.to().text());
    }

    /** A release that an operator does not want to run here. */
    BadRelease givenUp(ReleaseVersion version) {
        return new BadRelease(
                version,
                Optional.empty(),
                "an operator went back from it",
                parts.chance().clock().instant());
    }

    /** Going back was remembered and not prepared on the disk: the release that runs is good. */
    void forgetGoingBack(PendingSwitch pending, String reason) throws IOException {
        memory.change(before -> abandoned(before).withoutBad(pending.from()));
        Journal.warn("not going back, ask again", "to", pending.to().text(), "reason", reason);
    }

    private static AgentRecord abandoned(AgentRecord before) {
        return before.after(new AgentEvent.SwitchCancelled()).owing(ABANDONED);
    }

    /** Whether an operator took all tries from what was to be booted, and nothing booted it. */
    boolean isBegun(PendingSwitch pending) throws IOException {
        return pending.isInstallation()
                && entries.find(pending.to())
                        .filter(entry -> entry.isExhausted() && entry.triesDone().isEmpty())
                        .isPresent();
    }
}
