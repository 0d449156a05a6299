package io.keelson.engine.agent;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.health.Verdict;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.LastError;
import io.keelson.engine.state.LockDebt;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.PendingSwitch.Kind;
import io.keelson.engine.state.Report;
import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** From a boot that a reboot led to, until the host is idle again. */
final class BootSteps {
    private static final Duration GATE_POLL = Duration.ofSeconds(2);

    /** The question costs a process, and a booting host has better things to do. */
    private static final int GATE_POLLS_PER_QUESTION = 8;

    /** Longer than the gate's unit may wait (15 minutes) and run (10 minutes of them). */
    private static final Duration GATE_DEADLINE = Duration.ofMinutes(20);

    /** A reboot that has not happened by then is asked for again. */
    private static final Duration REBOOT_DEADLINE = Duration.ofMinutes(5);

    private static final String NO_VERDICT = "the health gate ended without a verdict";
    static final String GATE_FAILED = "health gate failed: ";

    private final AgentParts parts;
    private final AgentMemory memory;
    private final BootEntries entries;
    private int gatePolls;
    private String saidWaiting = "";

    BootSteps(AgentParts parts, AgentMemory memory) {
        this.parts = parts;
        this.memory = memory;
        this.entries = new BootEntries(parts.disks().access(), parts.disks().paths().esp());
    }

    /** The reason and, for whoever reads the report far away, what the host's journal said. */
    static String account(Verdict verdict) {
        return GATE_FAILED + verdict.account();
    }

    /** Another release than the target runs: remembers why, for the server, the lock and itself. */
    void cameBack(PendingSwitch pending, String reason, String account) throws IOException {
        ReleaseVersion running = parts.machine().version();
        boolean isGivenUp = pending.isInstallation() && !running.equals(pending.to());
        Journal.warn(
                "rolled back", "from", pending.to().text(), "to", running.text(), "reason", reason);
        int code = isGivenUp ? ErrorCode.ROLLBACK : ErrorCode.ERROR;
        memory.change(before -> {
            AgentRecord back =
                    before.after(new AgentEvent.BootedOther(reason))
                            .withError(error(reason))
                            .withReport(failure(code, pending, account))
                            .owing(new LockDebt.Failed(reason));
            if (running.equals(pending.to())) {
                return back.withSickBoot(parts.machine().bootId());
            }
            return isGivenUp ? back.withBad(bad(pending.to(), reason)) : back;
        });
    }

    /** The target runs: waits until the gate, systemd and the boot entry all say it is good. */
    Duration confirm(PendingSwitch pending) throws IOException, InterruptedException {
        Optional<Verdict> verdict = parts.files().verdicts().of(parts.machine().bootId());
        boolean isOnTrial =
                entries.find(parts.machine().version()).filter(e -> e.isOnTrial()).isPresent();
        boolean isOverdue = parts.machine().uptime().compareTo(GATE_DEADLINE) > 0;
        if (verdict.isEmpty()) {
            return isOverdue || isGateLost()
                    ? unhealthy(pending, NO_VERDICT, NO_VERDICT, isOverdue)
                    : waitFor("the health gate's verdict");
        }
        if (!verdict.get().isHealthy()) {
            String reason = GATE_FAILED + verdict.get().reason();
            return unhealthy(pending, reason, account(verdict.get()), isOverdue);
        }
        boolean isComplete = parts.machine().isBootComplete();
        if (isComplete && isOnTrial && isOverdue) {
            return blessInstead(pending);
        }
        if (isComplete && !isOnTrial) {
            confirmed(pending);
            return Duration.ZERO;
        }
        String missing = isComplete ? "systemd-bless-boot" : "boot-complete.target";
        String reason = "the health gate passed, but not " + missing;
        return isOverdue ? unhealthy(pending, reason, reason, true) : waitFor(missing);
    }

    /** systemd-bless-boot runs once in a boot; it may have found the ESP as it is no longer. */
    private Duration blessInstead(PendingSwitch pending) throws IOException, InterruptedException {
        try {
            entries.bless(pending.to());
            Journal.warn("systemd-bless-boot did not confirm the boot, keelsond does");
            return Duration.ZERO;
        } catch (IOException e) {
            String reason = "the boot cannot be confirmed: " + e.getMessage();
            return unhealthy(pending, reason, reason, true);
        }
    }

    /**
     * Another release than the target runs. When it is the one that was to be left for an older,
     * its entry has no tries left, and no update could ever use it to fall back to: it gets its
     * good name back once this boot is healthy.
     */
    Duration settle(PendingSwitch pending) throws IOException, InterruptedException {
        ReleaseVersion running = parts.machine().version();
        giveUp(pending, running);
        boolean isGivenUp = entries.find(running).filter(e -> e.isExhausted()).isPresent();
        if (pending.isDownward() && running.equals(pending.from()) && isGivenUp) {
            Optional<Verdict> verdict = parts.files().verdicts().of(parts.machine().bootId());
            boolean isOverdue = parts.machine().uptime().compareTo(GATE_DEADLINE) > 0;
            if (verdict.isEmpty() && !isOverdue && !isGateLost()) {
                return waitFor("the health gate's verdict");
            }
            if (verdict.filter(Verdict::isHealthy).isPresent()) {
                entries.bless(running);
                Journal.say("boot entry renewed", "version", running.text());
            }
        }
        memory.apply(new AgentEvent.Settled());
        return Duration.ZERO;
    }

    /** What did not boot here, or not well, is not to boot next, whatever tries it has left. */
    private void giveUp(PendingSwitch pending, ReleaseVersion running) {
        try {
            boolean isOther = pending.isInstallation() && !running.equals(pending.to());
            if (isOther && entries.find(pending.to()).isPresent()) {
                entries.exhaust(pending.to());
            }
        } catch (IOException e) {
            Journal.warn(
                    "the boot entry keeps its tries",
                    "version",
                    pending.to().text(),
                    "reason",
                    String.valueOf(e.getMessage()));
        }
    }

    private boolean isGateLost() throws IOException, InterruptedException {
        boolean isAsked = gatePolls % GATE_POLLS_PER_QUESTION == 0;
        gatePolls++;
        return isAsked
                && parts.machine().isGateFailed()
                // An unhealthy gate writes its verdict before it fails, perhaps just now.
                && parts.files().verdicts().of(parts.machine().bootId()).isEmpty();
    }

    private Duration unhealthy(
            PendingSwitch pending, String reason, String account, boolean isOverdue)
            throws IOException, InterruptedException {
        if (!isLeftByReboot()) {
            cameBack(pending, reason, account);
            return Duration.ZERO;
        }
        if (!isOverdue) {
            return waitFor("a reboot, " + reason);
        }
        // keelson-fallback.service should have done this long ago; each boot costs a try.
        Journal.warn("rebooting, the boot was not confirmed in time", "reason", reason);
        parts.machine()
                .reboot()
                .ifPresent(refusal -> Journal.warn("reboot not started", "reason", refusal));
        return REBOOT_DEADLINE;
    }

    /**
     * Whether a reboot leads away from this boot: systemd-boot counts it, and there are tries left,
     * here or elsewhere. Otherwise nobody ends it, since the next boot would be the same.
     */
    private boolean isLeftByReboot() throws IOException {
        ReleaseVersion running = parts.machine().version();
        List<BootEntryName> all = entries.list();
        boolean isCounted =
                all.stream().anyMatch(e -> e.version().equals(running) && e.isOnTrial());
        return isCounted && all.stream().anyMatch(e -> canFollow(e, running));
    }

    /** A newer release that was left on purpose boots again once this one has no tries either. */
    private static boolean canFollow(BootEntryName entry, ReleaseVersion running) {
        boolean isLeft = entry.triesDone().isEmpty() && entry.version().isNewerThan(running);
        return !entry.isExhausted() || isLeft;
    }

    /**
     * A boot that nobody waited for and that is not well, such as one after a power cut: the
     * release has proved itself before and stays up, but the server hears of it, once.
     */
    void noteUnhealthyBoot() throws IOException {
        Optional<Verdict> verdict =
                parts.files()
                        .verdicts()
                        .of(parts.machine().bootId())
                        .filter(found -> !found.isHealthy());
        // An earlier run of this daemon, or the switch that led here, may have told it.
        String bootId = parts.machine().bootId();
        if (verdict.isEmpty()
                || memory.current().history().sickBoot().equals(Optional.of(bootId))) {
            return;
        }
        String reason = GATE_FAILED + verdict.get().reason();
        ReleaseVersion running = parts.machine().version();
        var boot = new PendingSwitch(running, running, parts.machine().bootId(), Kind.REBOOT);
        Journal.warn("this boot is unhealthy and stays up", "reason", reason);
        memory.change(before ->
                before.withError(error(reason))
                        .withSickBoot(bootId)
                        .withReport(failure(ErrorCode.ERROR, boot, account(verdict.get()))));
    }

    private Duration waitFor(String what) {
        if (!what.equals(saidWaiting)) {
            Journal.say(
                    "confirming the boot",
                    "version",
                    parts.machine().version().text(),
                    "waits-for",
                    what);
            saidWaiting = what;
        }
        return GATE_POLL;
    }

    private void confirmed(PendingSwitch pending) throws IOException {
        Journal.say("boot confirmed", "version", pending.to().text());
        memory.change(before -> {
            AgentRecord good =
                    before.after(new AgentEvent.HealthConfirmed()).owing(new LockDebt.Healthy());
            return switch (pending.kind()) {
                case UPDATE, DOWNGRADE -> good.withoutError().withReport(complete(pending));
                case GOING_BACK ->
                        good.withReport(
                                failure(
                                        ErrorCode.ROLLBACK,
                                        new PendingSwitch(
                                                pending.to(),
                                                pending.from(),
                                                pending.bootId(),
                                                pending.kind()),
                                        "an operator went back"));
                case REBOOT -> good;
            };
        });
    }

    private LastError error(String reason) {
        return new LastError(reason, parts.chance().clock().instant());
    }

    BadRelease bad(ReleaseVersion version, String reason) {
        return new BadRelease(version, Optional.empty(), reason, parts.chance().clock().instant());
    }

    private static Report complete(PendingSwitch pending) {
        return new Report(
                EventType.UPDATE_COMPLETE,
                EventResult.SUCCESS_REBOOT,
                OptionalInt.empty(),
                new Report.Versions(pending.to().text(), pending.from().text(), ""),
                "");
    }

    private Report failure(int code, PendingSwitch pending, String reason) {
        return new Report(
                EventType.UPDATE_COMPLETE,
                EventResult.ERROR,
                OptionalInt.of(code),
                new Report.Versions(
                        parts.machine().version().text(),
                        pending.from().text(),
                        pending.to().text()),
                reason);
    }
}
