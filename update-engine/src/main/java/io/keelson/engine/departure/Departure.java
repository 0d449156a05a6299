package io.keelson.engine.departure;

import java.time.Duration;
import java.util.Optional;

/** The people and programs of this host that a reboot concerns. */
public interface Departure {
    /** Whether somebody is logged in; not knowing counts as nobody. */
    boolean hasUsers() throws InterruptedException;

    /** Tells everybody who is logged in. */
    void tell(String message) throws InterruptedException;

    /** Who blocks a shutdown through logind and why; not knowing counts as nobody. */
    Optional<String> blocker() throws InterruptedException;

    /**
     * Runs the programs of drain.d in the order of their names.
     *
     * @param most for all of them together
     * @return what went wrong, which means that the host must not reboot
     */
    Optional<String> drain(Duration most) throws InterruptedException;

    /** The host stays up after all: asks the programs that were run to take back what they did. */
    void undrain(Duration most) throws InterruptedException;

    /** The same of all programs, where not known which of them were run. */
    void undrainAll(Duration most) throws InterruptedException;
}
