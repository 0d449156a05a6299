package io.keelson.engine.state;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All the agent must know after a power cut.
 *
 * @param lockDebt what the reboot lock still has to be told
 */
public record AgentRecord(
        AgentState state,
        List<BadRelease> bad,
        List<Report> reports,
        Optional<LockDebt> lockDebt,
        History history) {
    private static final int BAD_RELEASES_MAX = 20;
    private static final int REPORTS_MAX = 32;

    /**
     * What happened last.
     *
     * @param lastCheck when the server was asked
     * @param lastError what failed
     * @param lastFetch what the last installed release came from
     * @param firstVersion the first release of this machine
     * @param setback the payload that failed last, unless it was installed since
     * @param pardon the last wish of the server's operator that was followed
     */
    public record History(
            Optional<Instant> lastCheck,
            Optional<String> lastError,
            Optional<Fetched> lastFetch,
            String firstVersion,
            Optional<Setback> setback,
            Optional<Pardon> pardon) {
        History checkedAt(Instant time) {
            return new History(
                    Optional.of(time), lastError, lastFetch, firstVersion, setback, pardon);
        }

        History withError(Optional<String> error) {
            return new History(lastCheck, error, lastFetch, firstVersion, setback, pardon);
        }

        History withFetch(Fetched fetch) {
            return new History(
                    lastCheck, lastError, Optional.of(fetch), firstVersion, setback, pardon);
        }

        History withSetback(Optional<Setback> setback) {
            return new History(lastCheck, lastError, lastFetch, firstVersion, setback, pardon);
        }

        History withPardon(Pardon followed) {
            return new History(
                    lastCheck, lastError, lastFetch, firstVersion, setback, Optional.of(followed));
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
                Optional.empty(),
                new History(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        version,
                        Optional.empty(),
                        Optional.empty()));
    }

    /** The record after a legal event; see {@link Transitions}. */
    public AgentRecord after(AgentEvent event) {
        return new AgentRecord(Transitions.next(state, event), bad, reports, lockDebt, history);
    }

    /** With one more release that must not be fetched again. */
    public AgentRecord withBad(BadRelease release) {
        var others = new ArrayList<>(bad);
        others.removeIf(known ->
                known.version().equals(release.version())
                        && known.payloadSha256Hex().equals(release.payloadSha256Hex()));
        others.add(release);
        return new AgentRecord(state, others, reports, lockDebt, history);
    }

    /** With no memory of bad releases, as an operator may ask for. */
    public AgentRecord forgiving() {
        return new AgentRecord(
                state, List.of(), reports, lockDebt, history.withSetback(Optional.empty()));
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
                lockDebt,
                history.withSetback(Optional.empty()).withPardon(pardon));
    }

    /** With one more failure of a payload that may do better later, at first after this wait. */
    public AgentRecord withSetback(Offer offer, Instant now, Duration firstWait) {
        Setback before = history.setback().orElse(new Setback("", 0, now));
        Setback more = Setback.after(before, offer.sha256Hex(), now, firstWait);
        return new AgentRecord(
                state, bad, reports, lockDebt, history.withSetback(Optional.of(more)));
    }

    public AgentRecord withoutSetback() {
        return new AgentRecord(
                state, bad, reports, lockDebt, history.withSetback(Optional.empty()));
    }

    /** Why an offer must be skipped, if it must. */
    public Optional<BadRelease> objection(Offer offer) {
        return bad.stream().filter(known -> known.covers(offer)).findFirst();
    }

    /** With one more event to report. */
    public AgentRecord withReport(Report report) {
        var more = new ArrayList<>(reports);
        more.add(report);
        return new AgentRecord(state, bad, more, lockDebt, history);
    }

    /** Without the oldest unreported event, which has been acknowledged. */
    public AgentRecord firstReported() {
        return new AgentRecord(state, bad, reports.subList(1, reports.size()), lockDebt, history);
    }

    public AgentRecord withLockDebt(Optional<LockDebt> debt) {
        return new AgentRecord(state, bad, reports, debt, history);
    }

    public AgentRecord checkedAt(Instant time) {
        return new AgentRecord(state, bad, reports, lockDebt, history.checkedAt(time));
    }

    public AgentRecord withError(Optional<String> error) {
        return new AgentRecord(state, bad, reports, lockDebt, history.withError(error));
    }

    public AgentRecord withFetch(Fetched fetch) {
        return new AgentRecord(state, bad, reports, lockDebt, history.withFetch(fetch));
    }

    private static <T> List<T> newest(List<T> items, int max) {
        return List.copyOf(items.subList(Math.max(0, items.size() - max), items.size()));
    }
}
