package io.keelson.engine.surroundings;

import io.keelson.disk.boot.ReleaseVersion;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The machine the agent runs on. */
public interface Machine {
    /** The release that runs (IMAGE_VERSION of os-release). */
    ReleaseVersion version();

    /** The kernel's random id of this boot. */
    String bootId();

    /** Whether systemd has reached boot-complete.target. */
    boolean isBootComplete() throws IOException, InterruptedException;

    /** Whether the health gate of this boot has ended in failure, with or without a verdict. */
    boolean isGateFailed() throws IOException, InterruptedException;

    /** How long this boot has lasted; no step of the wall clock changes it. */
    Duration uptime() throws IOException;

    /** Whether the firmware enforces signatures. */
    boolean isSecureBoot() throws IOException;

    /**
     * Asks systemd to reboot.
     *
     * @return why that will not happen; empty when it will, or may: an answer that does not come is
     *     no refusal
     */
    Optional<String> reboot() throws InterruptedException;

    /** Nothing will happen for a while: gives back the memory that is not needed meanwhile. */
    void rest();
}
