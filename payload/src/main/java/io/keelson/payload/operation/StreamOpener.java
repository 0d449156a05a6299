package io.keelson.payload.operation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A decompressor that no host carries, brought along where there is one. */
@FunctionalInterface
public interface StreamOpener {
    /** What every host says to such data. */
    StreamOpener NONE =
            compressed -> {
                throw new IOException("the data is compressed with Brotli, which is not read here");
            };

    /** Decompresses all that remains of the buffer. */
    InputStream open(ByteBuffer compressed) throws IOException;
}
