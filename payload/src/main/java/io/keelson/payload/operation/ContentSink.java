package io.keelson.payload.operation;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes an operation's content front to back, in buffers of its own so that nothing is copied. */
public interface ContentSink {
    /** An empty direct buffer to fill; waits until one is free. */
    ByteBuffer claim() throws IOException;

    /** Takes the claimed buffer with all that remains of it; the caller must not touch it again. */
    void pass(ByteBuffer claimed) throws IOException;
}
