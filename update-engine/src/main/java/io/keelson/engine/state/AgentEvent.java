package io.keelson.engine.state;

/** What can happen to an update. */
public sealed interface AgentEvent {
    record CheckStarted() implements AgentEvent {}

    record UpdateOffered(Offer offer) implements AgentEvent {}

    /** The check ended without anything to install, or failed. */
    record NothingToDo() implements AgentEvent {}

    record DownloadStarted() implements AgentEvent {}

    record Progressed(long doneBytes) implements AgentEvent {}

    /** All content has arrived. */
    record VerificationStarted() implements AgentEvent {}

    /** All content is on the disk and matches the signed hashes. */
    record ContentWritten(PendingSwitch pending) implements AgentEvent {}

    record ApplyFailed() implements AgentEvent {}

    /** From now on the next boot is the target's. */
    record SwitchPrepared(PendingSwitch pending) implements AgentEvent {}

    record LockDenied(int position, String reason) implements AgentEvent {}

    record RebootCleared(long fence) implements AgentEvent {}

    /** A person wants the reboot now. */
    record RebootOrdered() implements AgentEvent {}

    /** The reboot did not start after all. */
    record RebootNotStarted() implements AgentEvent {}

    /** The operator took the switch back before the reboot. */
    record SwitchCancelled() implements AgentEvent {}

    record BootedTarget() implements AgentEvent {}

    record BootedOther(String reason) implements AgentEvent {}

    record HealthConfirmed() implements AgentEvent {}

    /** What had to be told is told, or is in the durable queue. */
    record Settled() implements AgentEvent {}

    /** The daemon starts again in the same boot, or after one that changed nothing. */
    record DaemonRestarted() implements AgentEvent {}
}
