package io.keelson.qemu.lab;

import io.keelson.qemu.timeline.Work;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks again and again until something is so, for a limited time. */
public final class Patience {
    private static final long LOOK_EVERY_MILLIS = 1000;

    private Patience() {}

    /** What was looked at: it is so, or not yet, and then what was seen instead. */
    public sealed interface Look<T> {
        record Seen<T>(T what) implements Look<T> {}

        record NotYet<T>(String instead) implements Look<T> {}

        static <T> Look<T> of(boolean isSo, T what, String instead) {
            return isSo ? new Seen<>(what) : new NotYet<>(instead);
        }
    }

    /**
     * Returns what was seen.
     *
     * @param what ends the sentence "… was not seen within 60 s"
     */
    public static <T> T until(String what, Duration deadline, Work<Look<T>> look)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        Optional<IOException> trouble = Optional.empty();
        String instead = "nothing";
        while (System.nanoTime() < end) {
            try {
                switch (look.run()) {
                    case Look.Seen<T>(T seen) -> {
                        return seen;
                    }
                    case Look.NotYet<T>(String other) -> instead = other;
                }
                trouble = Optional.empty();
            } catch (IOException e) {
                // A guest that is rebooting does not answer; the last trouble is told if it stays.
                trouble = Optional.of(e);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        IOException failure =
                new IOException(
                        "%s was not seen within %d s; last seen: %s"
                                .formatted(
                                        what,
                                        deadline.toSeconds(),
                                        trouble.map(Throwable::getMessage).orElse(instead)));
        trouble.ifPresent(failure::addSuppressed);
        throw failure;
    }
}
