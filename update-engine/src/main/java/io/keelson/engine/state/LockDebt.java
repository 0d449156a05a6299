package io.keelson.engine.state;

/** A reboot slot that must still be handed back. */
public sealed interface LockDebt {
    /** The host came back well. */
    record Healthy() implements LockDebt {}

    /** The host came back on another release than the one it rebooted for. */
    record Failed(String reason) implements LockDebt {}

    /** The host does not reboot after all. */
    record Abandoned(String reason) implements LockDebt {}
}
