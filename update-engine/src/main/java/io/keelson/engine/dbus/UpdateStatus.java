package io.keelson.engine.dbus;

import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.PendingSwitch;

import java.time.Instant;

/**
 * What update_engine's {@code GetStatus} and {@code StatusUpdate} say.
 *
 * @param lastChecked seconds since the epoch; 0 for never
 * @param progress of the download, from 0 to 1
 * @param operation {@code UPDATE_STATUS_…}
 * @param newVersion the release to come; {@code 0.0.0} for none
 * @param newSizeBytes of its full payload, while it is known
 */
record UpdateStatus(
        long lastChecked, double progress, String operation, String newVersion, long newSizeBytes) {
    static final String SIGNATURE = "xdssx";
    private static final String NO_VERSION = "0.0.0";

    static UpdateStatus of(AgentRecord memory) {
        long checked = memory.history().lastCheck().map(Instant::getEpochSecond).orElse(0L);
        return switch (memory.state()) {
            case AgentState.Idle _, AgentState.Confirming _, AgentState.Reporting _ ->
                    new UpdateStatus(checked, 0, "UPDATE_STATUS_IDLE", NO_VERSION, 0);
            case AgentState.Checking _ ->
                    new UpdateStatus(
                            checked, 0, "UPDATE_STATUS_CHECKING_FOR_UPDATE", NO_VERSION, 0);
            case AgentState.Available(var offer) ->
                    new UpdateStatus(
                            checked,
                            0,
                            "UPDATE_STATUS_UPDATE_AVAILABLE",
                            offer.version().text(),
                            offer.sizeBytes());
            case AgentState.Downloading(var offer, var done) ->
                    new UpdateStatus(
                            checked,
                            Math.min(1.0, (double) done / offer.sizeBytes()),
                            "UPDATE_STATUS_DOWNLOADING",
                            offer.version().text(),
                            offer.sizeBytes());
            case AgentState.Verifying(var offer) ->
                    new UpdateStatus(
                            checked,
                            1,
                            "UPDATE_STATUS_VERIFYING",
                            offer.version().text(),
                            offer.sizeBytes());
            case AgentState.Finalizing(var pending) ->
                    new UpdateStatus(
                            checked, 1, "UPDATE_STATUS_FINALIZING", pending.to().text(), 0);
            case AgentState.UpdatedNeedReboot(var pending) -> needsReboot(checked, pending);
            case AgentState.WaitingForLock(var pending, _, _) -> needsReboot(checked, pending);
            case AgentState.Rebooting(var pending, _) -> needsReboot(checked, pending);
            case AgentState.RolledBack(var pending, _) ->
                    new UpdateStatus(
                            checked,
                            0,
                            "UPDATE_STATUS_REPORTING_ERROR_EVENT",
                            pending.to().text(),
                            0);
        };
    }

    private static UpdateStatus needsReboot(long checked, PendingSwitch pending) {
        return new UpdateStatus(
                checked, 1, "UPDATE_STATUS_UPDATED_NEED_REBOOT", pending.to().text(), 0);
    }

    BusMessage.Body body() {
        return BusMessage.Body.of(
                new WireWriter()
                        .int64(lastChecked)
                        .real(progress)
                        .text(operation)
                        .text(newVersion)
                        .int64(newSizeBytes));
    }

    /** Whether a listener is to be told: a download is worth a signal at each percent. */
    boolean isNewsAfter(UpdateStatus before) {
        return !operation.equals(before.operation)
                || lastChecked != before.lastChecked
                || !newVersion.equals(before.newVersion)
                || (int) (progress * 100) != (int) (before.progress * 100);
    }
}
