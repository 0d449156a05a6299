package io.keelson.payload;

/** Hears after every operation how far the payload has been consumed. */
@FunctionalInterface
public interface ApplyProgress {
    /** Hears nothing. */
    ApplyProgress NONE = (done, total) -> {};

    /** Both in bytes of the payload file. */
    void advanced(long doneBytes, long totalBytes);
}
