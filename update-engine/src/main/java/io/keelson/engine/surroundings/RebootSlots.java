package io.keelson.engine.surroundings;

import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReleaseAnswer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The reboot lock of this host's group, asked in this host's name by one thread. */
public interface RebootSlots {
    /** How long to wait before a request that waits is looked at again. */
    Duration LOOK_AGAIN = Duration.ofSeconds(5);

    /** Slots in any group of the lock that the settings name. */
    @FunctionalInterface
    interface Groups {
        /** Empty if the settings name no lock. */
        Optional<RebootSlots> of(String group) throws IOException;
    }

    /**
     * Asks for a slot, or how the request that waits already stands.
     *
     * @param leaving the release to be left, of which the host must not come back; empty for a
     *     reboot into the same
     */
    LockAnswer request(String leaving);

    /** Tells those who look at the group how far this host is; nothing depends on it. */
    void tell(long fence, HolderState state);

    /** Tells that this host is back from its reboot, and not known to be well yet. */
    void tellReturned();

    CommitAnswer commit(long fence);

    ReleaseAnswer release(Outcome outcome);

    /** Whether the turn came for a request that still waited when it was looked at last. */
    default boolean isGrantedUnseen() {
        return false;
    }

    /** Takes a request that waits back: another turn of this host may be asked for elsewhere. */
    default void leaveLine() {}

    /** When to look at a request that waits again, if nobody wakes the agent before. */
    default Duration lookAgain() {
        return LOOK_AGAIN;
    }

    /** What to run when a request that waits was answered; runs on any thread. */
    default void whenAnswered(Runnable wake) {}
}
