package io.keelson.engine.health.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A file system has room. */
public final class FreeSpace implements HealthCheck {
    private static final int PERCENT = 100;

    private final Path path;
    private final Least least;

    /** As many bytes, or that part of the file system; the one that is not wanted is 0. */
    public record Least(long bytes, int percent) {}

    public FreeSpace(Path path, Least least) {
        this.path = path;
        this.least = least;
    }

    @Override
    public String name() {
        return "disk:" + path;
    }

    @Override
    public CheckOutcome look(Duration limit) {
        try {
            var store = Files.getFileStore(path);
            long usable = store.getUsableSpace();
            long wanted =
                    Math.max(least.bytes(), store.getTotalSpace() / PERCENT * least.percent());
            return usable >= wanted
                    ? new CheckOutcome.Passed()
                    : new CheckOutcome.Waiting(
                            "%s has %d MiB free, %d are wanted"
                                    .formatted(path, usable >> 20, wanted >> 20));
        } catch (IOException e) {
            return new CheckOutcome.Failed("%s cannot be looked at: %s".formatted(path, e));
        }
    }
}
