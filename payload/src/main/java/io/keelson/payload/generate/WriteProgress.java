package io.keelson.payload.generate;

/** Hears after every chunk how much of the partitions has been compressed. */
@FunctionalInterface
public interface WriteProgress {
    /** Hears nothing. */
    WriteProgress NONE = (done, total) -> {};

    /** Both in bytes of partition content. */
    void advanced(long doneBytes, long totalBytes);
}
