package io.keelson.engine.health.check;

import io.keelson.engine.slot.DiskPaths;
import io.keelson.engine.slot.RunningDisk;

import java.io.IOException;
import java.time.Duration;

/** {@code /usr} comes from a slot through dm-verity. */
public final class VerifiedUsr implements HealthCheck {
    private final DiskPaths paths;

    public VerifiedUsr(DiskPaths paths) {
        this.paths = paths;
    }

    @Override
    public String name() {
        return "verified-usr";
    }

    @Override
    public CheckOutcome look(Duration limit) {
        try {
            RunningDisk _ = RunningDisk.detect(paths);
            return new CheckOutcome.Passed();
        } catch (IOException e) {
            return new CheckOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }
}
