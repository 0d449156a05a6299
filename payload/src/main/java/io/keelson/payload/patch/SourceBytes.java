package io.keelson.payload.patch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that are already there, read at any offset. */
public interface SourceBytes {
    /** Bytes that can be read. */
    long size();

    /** Fills all that remains of the buffer from this offset on. */
    void read(long offset, ByteBuffer into) throws IOException;
}
