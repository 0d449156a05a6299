package io.keelson.engine.agent;

import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.engine.install.InstallListener;
import io.keelson.engine.install.InstallResult;
import io.keelson.engine.server.CheckAnswer;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.LastError;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.engine.state.Pardon;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.Report;
import io.keelson.engine.state.Setback;
import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** From idle to an update that waits for its reboot. */
final class UpdateSteps {
    private static final int PERCENT_PER_LINE = 25;

    private final AgentParts parts;
    private final AgentMemory memory;
    private final PollTimer timer;
    private final Courier courier;
    private final Downgrades downgrades;
    private boolean isHurried;
    private boolean isRetry;
    private String saidSkipped = "";

    UpdateSteps(AgentParts parts, AgentMemory memory, PollTimer timer, Courier courier) {
        this.parts = parts;
        this.memory = memory;
        this.timer = timer;
        this.courier = courier;
        this.downgrades = new Downgrades(parts);
    }

    /** The next check happens at once. */
    void hurry() {
        isHurried = true;
        timer.hurry();
    }

    /**
     * The next check happens at once and says that somebody asks again for what failed here; it
     * goes on saying so until the server has answered.
     */
    void retry() {
        isRetry = true;
        hurry();
    }

    /** Waits for the next check, or starts it; events go out before the server is asked again. */
    Duration idle(Optional<Duration> undelivered) throws IOException {
        if (parts.server().isEmpty()) {
            return Duration.ofHours(1);
        }
        if (!timer.isDue()) {
            return timer.untilDue();
        }
        if (courier.comesFirst(isHurried)) {
            return undelivered.orElse(Duration.ofSeconds(1));
        }
        memory.apply(new AgentEvent.CheckStarted());
        return Duration.ZERO;
    }

    /** Asks the server. */
    void check(UpdateServer server) throws IOException {
        CheckAnswer answer = server.check(parts.machine().version().text(), isRetry);
        boolean isWanted = isHurried;
        isHurried = false;
        isRetry &= answer instanceof CheckAnswer.Failed;
        var now = parts.chance().clock().instant();
        switch (answer) {
            case CheckAnswer.Failed(var code, var reason) -> {
                Journal.warn("update check failed", "reason", reason);
                timer.failed();
                memory.change(before ->
                        toldOnce(code, reason, before)
                                .after(new AgentEvent.NothingToDo())
                                .withError(new LastError(reason, now, true)));
            }
            case CheckAnswer.Withheld(var reason) -> {
                timer.succeeded(Optional.empty());
                memory.change(before ->
                        before.after(new AgentEvent.NothingToDo())
                                .checkedAt(now)
                                .withError(new LastError(reason, now, true)));
            }
            case CheckAnswer.NothingNew(var askAgainAfter) -> {
                timer.succeeded(askAgainAfter);
                memory.change(before ->
                        before.after(new AgentEvent.NothingToDo())
                                .checkedAt(now)
                                .withoutCheckError());
            }
            case CheckAnswer.Offered(var offer, var retry) -> {
                timer.offered();
                memory.change(before -> before.checkedAt(now).withoutCheckError());
                Optional<Pardon> pardon =
                        retry.flatMap(asked ->
                                Pardon.of(asked, now, memory.current().history().pardon()));
                if (pardon.isPresent()) {
                    Journal.say("the update server asks to try again what failed here");
                    memory.change(before -> before.forgiving(pardon.get()));
                }
                consider(offer, isWanted);
            }
        }
    }

    /** A server is told what was wrong with its answer, but not at every check again. */
    private AgentRecord toldOnce(int code, String reason, AgentRecord before) {
        return code == ErrorCode.OMAHA_XML_PARSE || code == ErrorCode.OMAHA_RESPONSE_INVALID
                ? toldOnce(code, reason, "", before)
                : before;
    }

    private AgentRecord toldOnce(int code, String reason, String next, AgentRecord before) {
        if (before.history().lastError().equals(Optional.of(error(reason).reason()))) {
            return before;
        }
        var versions = new Report.Versions(parts.machine().version().text(), "", next);
        return before.withReport(
                new Report(
                        EventType.UPDATE_COMPLETE,
                        EventResult.ERROR,
                        OptionalInt.of(code),
                        versions,
                        reason));
    }

    /**
     * @param isWanted by an operator, now
     */
    private void consider(Offer offer, boolean isWanted) throws IOException {
        Optional<BadRelease> objection = memory.current().objection(offer);
        if (objection.isPresent()) {
            skip(offer, "it failed here before: " + objection.get().reason());
            return;
        }
        switch (downgrades.judge(offer)) {
            case Downgrades.Judgement.NotNewer() ->
                    skip(offer, "not newer than the running " + parts.machine().version());
            case Downgrades.Judgement.Refused(var reason) -> refuse(offer, reason);
            case Downgrades.Judgement.Allowed() ->
                    accept(offer.withoutShortcuts(_ -> true), isWanted);
            case Downgrades.Judgement.Newer() -> accept(offer, isWanted);
        }
    }

    private void accept(Offer offer, boolean isWanted) throws IOException {
        Instant now = parts.chance().clock().instant();
        Optional<Setback> setback =
                memory.current().history().setback().filter(s -> s.holdsBack(offer, now));
        if (setback.isPresent() && !isWanted) {
            skip(
                    offer,
                    "it failed %d times and is tried again after %s"
                            .formatted(setback.get().tries(), setback.get().notBefore()));
        } else {
            Journal.say(
                    "update available",
                    "version",
                    offer.version().text(),
                    "bytes",
                    Long.toString(offer.sizeBytes()));
            memory.apply(new AgentEvent.UpdateOffered(offer));
        }
    }

    /** The server hears of it, so that its operator learns why hosts do not go. */
    private void refuse(Offer offer, String reason) throws IOException {
        memory.change(before ->
                toldOnce(ErrorCode.IGNORED_PER_POLICY, reason, offer.version().text(), before)
                        .withError(error(reason)));
        skip(offer, reason);
    }

    private void skip(Offer offer, String reason) throws IOException {
        String said = offer.version() + " " + reason;
        if (!said.equals(saidSkipped)) {
            Journal.say("update skipped", "version", offer.version().text(), "reason", reason);
            saidSkipped = said;
        }
        timer.succeeded(Optional.empty());
        memory.apply(new AgentEvent.NothingToDo());
    }

    /** Fetches and installs the offer. */
    void install(Offer offer) throws IOException {
        var machine = parts.machine();
        var pending =
                new PendingSwitch(
                        machine.version(),
                        offer.version(),
                        machine.bootId(),
                        machine.version().isNewerThan(offer.version())
                                ? PendingSwitch.Kind.DOWNGRADE
                                : PendingSwitch.Kind.UPDATE);
        memory.change(before ->
                before.after(new AgentEvent.DownloadStarted())
                        .withReport(success(EventType.UPDATE_DOWNLOAD_STARTED, pending, "")));
        Optional<Duration> _ = courier.deliver();
        var watcher = new Watcher(offer, pending);
        InstallResult result =
                parts.installer()
                        .install(offer.withoutShortcuts(this::isBad), machine.version(), watcher);
        settle(offer, pending, result, watcher.flags);
    }

    private void settle(Offer offer, PendingSwitch pending, InstallResult result, int flags)
            throws IOException {
        switch (result) {
            case InstallResult.Installed(_) -> installed(pending);
            case InstallResult.Refused(var code, var reason) -> {
                Journal.warn("update refused", "version", pending.to().text(), "reason", reason);
                memory.change(before ->
                        before.after(new AgentEvent.ApplyFailed())
                                .withBad(bad(offer, offer.full(), reason))
                                .withError(error(reason))
                                .withReport(failure(code | flags, pending, reason)));
            }
            // The last step may have failed after its effect: what counts is the boot entry.
            case InstallResult.Failed _ when isSwitched(pending) -> installed(pending);
            case InstallResult.Failed(var code, var reason) -> {
                Journal.warn("update failed", "version", pending.to().text(), "reason", reason);
                timer.failed();
                Instant now = parts.chance().clock().instant();
                memory.change(before ->
                        before.after(new AgentEvent.ApplyFailed())
                                .withSetback(offer, now, timer.firstRetry())
                                .withError(error(reason))
                                .withReport(failure(code | flags, pending, reason)));
            }
        }
    }

    private void installed(PendingSwitch pending) throws IOException {
        memory.change(before ->
                before.after(new AgentEvent.SwitchPrepared(pending))
                        .withoutSetback()
                        .withoutError()
                        .withReport(success(EventType.UPDATE_COMPLETE, pending, "")));
        Journal.say("update installed, reboot needed", "version", pending.to().text());
    }

    private boolean isSwitched(PendingSwitch pending) throws IOException {
        var disks = parts.disks();
        return memory.state() instanceof AgentState.Finalizing
                && new BootEntries(disks.access(), disks.paths().esp()).isNext(pending.to());
    }

    private boolean isBad(OfferedFile file) {
        return memory.current().bad().stream()
                .anyMatch(known -> known.payloadSha256Hex().equals(Optional.of(file.sha256Hex())));
    }

    private LastError error(String reason) {
        return new LastError(reason, parts.chance().clock().instant());
    }

    private BadRelease bad(Offer offer, OfferedFile file, String reason) {
        return new BadRelease(
                offer.version(),
                Optional.of(file.sha256Hex()),
                reason,
                parts.chance().clock().instant());
    }

    private static Report success(int type, PendingSwitch pending, String remark) {
        return new Report(
                type,
                EventResult.SUCCESS,
                OptionalInt.empty(),
                new Report.Versions(pending.from().text(), "", pending.to().text()),
                remark);
    }

    private static Report failure(int code, PendingSwitch pending, String reason) {
        return new Report(
                EventType.UPDATE_COMPLETE,
                EventResult.ERROR,
                OptionalInt.of(code),
                new Report.Versions(pending.from().text(), "", pending.to().text()),
                reason);
    }

    /** Turns an installation's progress into states and journal lines. */
    private final class Watcher implements InstallListener {
        private final Offer offer;
        private final PendingSwitch pending;
        private int flags;
        private long nextPercent = PERCENT_PER_LINE;

        Watcher(Offer offer, PendingSwitch pending) {
            this.offer = offer;
            this.pending = pending;
        }

        @Override
        public void accepted(Slot target, OfferedFile file) {
            flags = 0;
            nextPercent = PERCENT_PER_LINE;
            Journal.say(
                    "update signature verified, writing",
                    "version",
                    pending.to().text(),
                    "slot",
                    target.name(),
                    "by",
                    file.kind().text());
        }

        @Override
        public void detoured(OfferedFile file, String reason, boolean isLasting)
                throws IOException {
            Journal.warn(
                    "update takes another way",
                    "version",
                    pending.to().text(),
                    "not-by",
                    file.kind().text(),
                    "reason",
                    reason);
            if (isLasting) {
                memory.change(before -> before.withBad(bad(offer, file, reason)));
            }
        }

        @Override
        public void continued(OfferedFile file) {
            flags = ErrorCode.FLAG_RESUMED;
            Journal.say(
                    "update continues where it was cut",
                    "version",
                    pending.to().text(),
                    "by",
                    file.kind().text());
        }

        @Override
        public void progressed(long doneBytes, long totalBytes) {
            memory.showProgress(doneBytes);
            long percent = totalBytes == 0 ? 100 : doneBytes * 100 / totalBytes;
            if (percent >= nextPercent) {
                Journal.say(
                        "update progress",
                        "version",
                        pending.to().text(),
                        "percent",
                        Long.toString(percent));
                nextPercent = percent - percent % PERCENT_PER_LINE + PERCENT_PER_LINE;
            }
        }

        @Override
        public void verifying() throws IOException {
            memory.apply(new AgentEvent.VerificationStarted());
        }

        @Override
        public void contentWritten(Fetched fetched) throws IOException {
            Journal.say(
                    "update fetched",
                    "version",
                    pending.to().text(),
                    "by",
                    fetched.kind().text(),
                    "bytes",
                    Long.toString(fetched.receivedBytes()),
                    "saved",
                    Long.toString(fetched.savedBytes()));
            memory.change(before ->
                    before.after(new AgentEvent.ContentWritten(pending))
                            .withFetch(fetched)
                            .withReport(
                                    success(
                                                    EventType.UPDATE_DOWNLOAD_FINISHED,
                                                    pending,
                                                    fetched.detours())
                                            .of(fetched)));
        }
    }
}
