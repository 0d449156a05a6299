package io.keelson.server.fleet;

import java.util.Optional;

/**
 * A host's way to a release. Any event may be lost, so every transition starts from any state; a
 * fresh check heals what was missed.
 *
 * <pre>
 * event or decision                      new state
 * decided: offered                       offered         (kept while that offer is under way)
 * decided: up-to-date, newer-on-host     up-to-date      (kept: updated)
 * 13/1 download started                  downloading
 * 14/1 download finished                 downloaded
 * 3/1  installed, waits for its reboot   reboot-pending
 * 3/2  runs the new release              updated         (only with a real previousversion)
 * 3/0, 13/0, 14/0 with error 44          rolled-back
 *                 with a verification error  refused
 *                 with any other error   failed
 * </pre>
 *
 * @param target the release last offered or worked on, or empty
 * @param attempt counts offers; the same event in a new attempt is a new event
 * @param lastError empty when nothing failed since the last successful update
 */
record HostStatus(HostState state, String target, int attempt, Optional<HostError> lastError) {
    static final HostStatus NEW = new HostStatus(HostState.UP_TO_DATE, "", 0, Optional.empty());

    HostStatus at(HostState next, String release) {
        return new HostStatus(next, release.isEmpty() ? target : release, attempt, lastError);
    }

    HostStatus updatedTo(String version) {
        return new HostStatus(HostState.UPDATED, version, attempt, Optional.empty());
    }

    HostStatus failed(HostState how, HostError error) {
        return new HostStatus(how, error.version(), attempt, Optional.of(error));
    }

    /**
     * @param rebooted whether the host has booted since it was last seen, which ends what was under
     *     way
     */
    HostStatus offered(String version, boolean rebooted) {
        if (state.isUnderWay() && target.equals(version) && !rebooted) {
            return this;
        }
        return new HostStatus(HostState.OFFERED, version, attempt + 1, lastError);
    }

    HostStatus nothingNewer(boolean rebooted) {
        boolean stays =
                state == HostState.UPDATED || (state == HostState.REBOOT_PENDING && !rebooted);
        return stays ? this : new HostStatus(HostState.UP_TO_DATE, target, attempt, lastError);
    }
}
