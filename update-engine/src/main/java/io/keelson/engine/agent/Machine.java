package io.keelson.engine.agent;

import io.keelson.disk.boot.ReleaseVersion;

import java.io.IOException;

/** The machine the agent runs on. */
public interface Machine {
    /** The release that runs (IMAGE_VERSION of os-release). */
    ReleaseVersion version();

    /** The kernel's random id of this boot. */
    String bootId();

    /** Whether systemd has reached boot-complete.target. */
    boolean isBootComplete() throws IOException, InterruptedException;

    /** Whether the firmware enforces signatures. */
    boolean isSecureBoot() throws IOException;

    /** Asks systemd to reboot; the request is accepted when this returns. */
    void reboot() throws IOException, InterruptedException;
}
