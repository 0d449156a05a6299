package io.keelson.server.fleet;

import io.keelson.omaha.RequestApp;
import io.keelson.server.rollout.Decision;

import java.time.Instant;
import java.util.Optional;

/**
 * One machine of the fleet.
 *
 * @param retryAsked when an operator asked last that it tries again what had failed there
 */
record Host(
        String machineId,
        HostReport report,
        HostStatus status,
        Optional<Decision> decision,
        Optional<HostFetch> fetch,
        Seen seen,
        Optional<Instant> retryAsked) {

    /** When it first called, last called, and last asked for an update. */
    record Seen(Instant first, Instant last, Optional<Instant> lastCheck) {}

    static Host first(String machineId, RequestApp app, Instant now) {
        return new Host(
                machineId,
                HostReport.of(app, ""),
                HostStatus.NEW,
                Optional.empty(),
                Optional.empty(),
                new Seen(now, now, Optional.empty()),
                Optional.empty());
    }

    /** The host as it says it is now; a changed version makes the old one the previous one. */
    Host reporting(RequestApp app, Instant now) {
        String version = HostReport.cut(app.version());
        String previous =
                version.equals(report.version()) ? report.previousVersion() : report.version();
        return new Host(
                machineId,
                HostReport.of(app, previous),
                status,
                decision,
                fetch,
                new Seen(seen.first(), now, seen.lastCheck()),
                retryAsked);
    }

    Host with(HostStatus next) {
        return new Host(machineId, report, next, decision, fetch, seen, retryAsked);
    }

    Host with(HostFetch made) {
        return new Host(machineId, report, status, decision, Optional.of(made), seen, retryAsked);
    }

    Host answered(HostStatus next, Decision made) {
        return new Host(
                machineId,
                report,
                next,
                Optional.of(made),
                fetch,
                new Seen(seen.first(), seen.last(), Optional.of(made.at())),
                retryAsked);
    }
}
