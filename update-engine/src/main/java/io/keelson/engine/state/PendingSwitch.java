package io.keelson.engine.state;

import io.keelson.disk.boot.ReleaseVersion;

/**
 * A reboot that is to change what runs.
 *
 * @param bootId the kernel's boot id in which the switch was prepared; another one means that the
 *     reboot has happened
 * @param isOrdered whether a person asked for this reboot, rather than an update
 */
public record PendingSwitch(
        ReleaseVersion from, ReleaseVersion to, String bootId, Kind kind, boolean isOrdered) {
    /** Ordered only where nothing but a person's wish leads to that kind. */
    public PendingSwitch(ReleaseVersion from, ReleaseVersion to, String bootId, Kind kind) {
        this(from, to, bootId, kind, kind == Kind.GOING_BACK || kind == Kind.REBOOT);
    }

    /** Why the host reboots. */
    public enum Kind {
        /** Into a newer release. */
        UPDATE,
        /** Into an older release, by a statement of the channel. */
        DOWNGRADE,
        /** Back to the other slot, by an operator's wish. */
        GOING_BACK,
        /** Into the same release. */
        REBOOT
    }

    /** The same, wanted by a person now. */
    public PendingSwitch ordered() {
        return new PendingSwitch(from, to, bootId, kind, true);
    }

    /** Whether a release was brought here for it. */
    public boolean isInstallation() {
        return kind == Kind.UPDATE || kind == Kind.DOWNGRADE;
    }

    /** Whether the boot entry of the release that is left has lost its tries. */
    public boolean isDownward() {
        return kind == Kind.GOING_BACK || kind == Kind.DOWNGRADE;
    }
}
