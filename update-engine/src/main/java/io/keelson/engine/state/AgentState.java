package io.keelson.engine.state;

/**
 * Where the host is in an update. The names are update_engine's where it has the state
 * (update_attempter.h); {@link Transitions} holds the table of legal changes.
 */
public sealed interface AgentState {
    /** Nothing under way; waits for the next check. */
    record Idle() implements AgentState {}

    /** The update server is being asked. */
    record Checking() implements AgentState {}

    /** A release is on offer and will be fetched. */
    record Available(Offer offer) implements AgentState {}

    /** The payload is being fetched, checked and written to the idle slot as it arrives. */
    record Downloading(Offer offer, long doneBytes) implements AgentState {}

    /** All of it has arrived; whether it is what was announced and fits this host is looked at. */
    record Verifying(Offer offer) implements AgentState {}

    /** The content is on the disk; the partition table and the boot entry are being switched. */
    record Finalizing(PendingSwitch pending) implements AgentState {}

    /** The next boot changes what runs. */
    record UpdatedNeedReboot(PendingSwitch pending) implements AgentState {}

    /** The reboot lock said no so far; position 0 means not in the queue. */
    record WaitingForLock(PendingSwitch pending, int position, String reason)
            implements AgentState {}

    /** The reboot is allowed; fence 0 means that no lock was needed. */
    record Rebooting(PendingSwitch pending, long fence) implements AgentState {}

    /** Booted into the target; waits for the health gate and for systemd-bless-boot. */
    record Confirming(PendingSwitch pending) implements AgentState {}

    /** The target is good; server and lock are being told. */
    record Reporting(PendingSwitch pending) implements AgentState {}

    /** Another release than the target runs; server and lock are being told. */
    record RolledBack(PendingSwitch pending, String reason) implements AgentState {}

    /** The word for this state in status, logs and the state file. */
    default String text() {
        return switch (this) {
            case Idle _ -> "idle";
            case Checking _ -> "checking";
            case Available _ -> "available";
            case Downloading _ -> "downloading";
            case Verifying _ -> "verifying";
            case Finalizing _ -> "finalizing";
            case UpdatedNeedReboot _ -> "updated-needs-reboot";
            case WaitingForLock _ -> "waiting-for-lock";
            case Rebooting _ -> "rebooting";
            case Confirming _ -> "confirming";
            case Reporting _ -> "reporting";
            case RolledBack _ -> "rolled-back";
        };
    }
}
