package io.keelson.reboot.store;

import okio.ByteString;

import java.time.Duration;

/** One group's document as a cell that is only ever replaced by compare-and-set. */
public interface GroupStore {
    /** The document as it is now, after every write that was answered before. */
    Read read();

    /**
     * Replaces the document if it was last written at {@code expected}, or creates it when that is
     * 0 and there is none.
     */
    Write write(long expected, ByteString document);

    /**
     * Blocks until the document is written after {@code revision}, or the time is over, or fails.
     */
    void awaitChange(long revision, Duration atMost);

    /** What one read found. */
    sealed interface Read {
        record Found(ByteString document, long revision) implements Read {}

        record Missing() implements Read {}

        record Refused(String reason) implements Read {}

        record Unavailable(String reason) implements Read {}
    }

    /** What one write did. */
    sealed interface Write {
        record Written(long revision) implements Write {}

        /** Somebody else wrote since {@code expected}; {@code now} is what stands there. */
        record Conflict(Read now) implements Write {}

        record Refused(String reason) implements Write {}

        /** The store was not reached: certainly not written. */
        record Unavailable(String reason) implements Write {}

        /** Written, still to be written, or never: read back. */
        record Unknown(String reason) implements Write {}
    }
}
