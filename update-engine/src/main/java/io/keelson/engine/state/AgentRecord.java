package io.keelson.engine.state;

import io.keelson.disk.boot.ReleaseVersion;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All the agent must know after a power cut.
 *
 * @param turn what the last reboot, or the next, has left open
 */
public record AgentRecord(
        AgentState state,
        List<BadRelease> bad,
        List<Report> reports,
        RebootTurn turn,
        History history) {
    private static final int BAD_RELEASES_MAX = 20;
    private static final int REPORTS_MAX = 32;

    /**
     * What happened last.
     *
     * @param lastCheck when the server was asked
     * @param error what failed
     * @param lastFetch what the last installed release came from
     * @param firstVersion the first release of this machine
     * @param setback the payload that failed last, unless it was installed since
     * @param pardon the last wish of the server's operator that was followed
     * @param sickBoot the last boot of which the server was told that it is not well
     */
    public record History(
            Optional<Instant> lastCheck,
            Optional<LastError> error,
            Optional<Fetched> lastFetch,
            String firstVersion,
            Optional<Setback> setback,
            Optional<Pardon> pardon,
            Optional<String> sickBoot) {
        static History first(String version) {
            return new History(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    version,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** What failed last, as a sentence. */
        public Optional<String> lastError() {
            return error.map(LastError::reason);
        }

        History checkedAt(Instant time) {
            return new History(
                    Optional.of(time), error, lastFetch, firstVersion, setback, pardon, sickBoot);
        }

        History withError(Optional<LastError> next) {
            return new History(lastCheck, next, lastFetch, firstVersion, setback, pardon, sickBoot);
        }

        History withFetch(Fetched fetch) {
            return new History(
                    lastCheck, error, Optional.of(fetch), firstVersion, setback, pardon, sickBoot);
        }

        History withSetback(Optional<Setback> next) {
            return new History(lastCheck, error, lastFetch, firstVersion, next, pardon, sickBoot);
        }

        History withPardon(Pardon followed) {
            return new History(
                    lastCheck,
                    error,
                    lastFetch,
                    firstVersion,
                    setback,
                    Optional.of(followed),
                    sickBoot);
        }

        History withSickBoot(String bootId) {
            return new History(
                    lastCheck,
                    error,
                    lastFetch,
                    firstVersion,
                    setback,
                    pardon,
                    Optional.of(bootId));
        }
    }

    public AgentRecord {
        bad = newest(bad, BAD_RELEASES_MAX);
        reports = newest(reports, REPORTS_MAX);
    }

    /** The record of a machine that starts for the first time. */
    public static AgentRecord first(String version) {
        return new AgentRecord(
                new AgentState.Idle(),
                List.of(),
                List.of(),
                RebootTurn.NONE,
                History.first(version));
    }

    /** What is remembered, in the state it was saved in. */
    public AgentRecord in(AgentState saved) {
        return new AgentRecord(saved, bad, reports, turn, history);
    }

    /** The record after a legal event; see {@link Transitions}. */
    public AgentRecord after(AgentEvent event) {
        return new AgentRecord(Transitions.next(state, event), bad, reports, turn, history);
    }

    /** With one more release that must not be fetched again. */
    public AgentRecord withBad(BadRelease release) {
        var others = new ArrayList<>(bad);
        others.removeIf(known ->
                known.version().equals(release.version())
                        && known.payloadSha256Hex().equals(release.payloadSha256Hex()));
        others.add(release);
        return new AgentRecord(state, others, reports, turn, history);
    }

    /** With no memory that a whole release is bad. */
    public AgentRecord withoutBad(ReleaseVersion version) {
        List<BadRelease> others =
                bad.stream()
                        .filter(known ->
                                !known.version().equals(version)
                                        || known.payloadSha256Hex().isPresent())
                        .toList();
        return new AgentRecord(state, others, reports, turn, history);
    }

    /** With no memory of bad releases, as an operator may ask for. */
    public AgentRecord forgiving() {
        return new AgentRecord(
                state, List.of(), reports, turn, history.withSetback(Optional.empty()));
    }

    /**
     * With no memory of what was bad before the moment at which the server's operator asked for it.
     * What was found out since, or decided here, stays.
     */
    public AgentRecord forgiving(Pardon pardon) {
        return new AgentRecord(
                state,
                bad.stream().filter(known -> known.at().isAfter(pardon.asked())).toList(),
                reports,
                turn,
                history.withSetback(Optional.empty()).withPardon(pardon));
    }

    /** With one more failure of a payload that may do better later, at first after this wait. */
    public AgentRecord withSetback(Offer offer, Instant now, Duration firstWait) {
        Setback before = history.setback().orElse(new Setback("", 0, now));
        Setback more = Setback.after(before, offer.sha256Hex(), now, firstWait);
        return new AgentRecord(state, bad, reports, turn, history.withSetback(Optional.of(more)));
    }

    public AgentRecord withoutSetback() {
        return new AgentRecord(state, bad, reports, turn, history.withSetback(Optional.empty()));
    }

    /** Why an offer must be skipped, if it must. */
    public Optional<BadRelease> objection(Offer offer) {
        return bad.stream().filter(known -> known.covers(offer)).findFirst();
    }

    /** With one more event to report. */
    public AgentRecord withReport(Report report) {
        var more = new ArrayList<>(reports);
        more.add(report);
        return new AgentRecord(state, bad, more, turn, history);
    }

    /** Without the oldest unreported event, which has been acknowledged. */
    public AgentRecord firstReported() {
        return new AgentRecord(state, bad, reports.subList(1, reports.size()), turn, history);
    }

    private AgentRecord with(RebootTurn next) {
        return new AgentRecord(state, bad, reports, next, history);
    }

    /** What the reboot lock still has to be told. */
    public Optional<LockDebt> lockDebt() {
        return turn.debt();
    }

    /** The group in which this host got its last reboot slot, until it is handed back. */
    public Optional<String> slotGroup() {
        return turn.group();
    }

    /** How an earlier turn ended must still be told as it was. */
    public AgentRecord owing(LockDebt debt) {
        return lockDebt().isPresent() ? this : withLockDebt(Optional.of(debt));
    }

    public AgentRecord withLockDebt(Optional<LockDebt> debt) {
        return with(turn.owing(debt));
    }

    public AgentRecord checkedAt(Instant time) {
        return new AgentRecord(state, bad, reports, turn, history.checkedAt(time));
    }

    /** With what just failed, unless the same stands there already. */
    public AgentRecord withError(LastError error) {
        return history.lastError().equals(Optional.of(error.reason()))
                        && history.error().get().isOfCheck() == error.isOfCheck()
                ? this
                : withError(Optional.of(error));
    }

    public AgentRecord withoutError() {
        return withError(Optional.empty());
    }

    /** The server answered: what its last answers lacked is over, what failed here is not. */
    public AgentRecord withoutCheckError() {
        return history.error().filter(LastError::isOfCheck).isPresent() ? withoutError() : this;
    }

    private AgentRecord withError(Optional<LastError> error) {
        return new AgentRecord(state, bad, reports, turn, history.withError(error));
    }

    /** With a boot of which the server is told that it is not well. */
    public AgentRecord withSickBoot(String bootId) {
        return new AgentRecord(state, bad, reports, turn, history.withSickBoot(bootId));
    }

    /** With a reboot slot taken in a group. */
    public AgentRecord withSlot(String group) {
        return with(turn.holding(group));
    }

    /** Whether this boot was drained. */
    public boolean isDrained(String bootId) {
        return turn.drainedBoot().equals(Optional.of(bootId));
    }

    public AgentRecord withDrain(Optional<String> bootId) {
        return with(turn.drained(bootId));
    }

    /** With nothing more to be told to a reboot lock. */
    public AgentRecord withoutSlot() {
        return with(RebootTurn.NONE.drained(turn.drainedBoot()));
    }

    public AgentRecord withFetch(Fetched fetch) {
        return new AgentRecord(state, bad, reports, turn, history.withFetch(fetch));
    }

    private static <T> List<T> newest(List<T> items, int max) {
        return List.copyOf(items.subList(Math.max(0, items.size() - max), items.size()));
    }
}
