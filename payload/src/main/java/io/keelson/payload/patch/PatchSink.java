package io.keelson.payload.patch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes what a patch makes, in order and in pieces of any size. */
@FunctionalInterface
public interface PatchSink {
    /** Takes all that remains of the piece; the piece may be reused once this returns. */
    void write(ByteBuffer piece) throws IOException;
}
