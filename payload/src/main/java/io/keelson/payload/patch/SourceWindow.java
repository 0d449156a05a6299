package io.keelson.payload.patch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a source in pieces of some size, because patches read many short runs near each other. */
final class SourceWindow {
    private static final int WINDOW_BYTES = 64 << 10;

    private final SourceBytes source;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long start;

    SourceWindow(SourceBytes source) {
        this.source = source;
    }

    long size() {
        return source.size();
    }

    /** The range must be within the source. */
    void read(long offset, byte[] into, int at, int length) throws IOException {
        if (length >= WINDOW_BYTES) {
            source.read(offset, ByteBuffer.wrap(into, at, length));
            return;
        }
        if (offset < start || offset + length > start + window.limit()) {
            int count = (int) Math.min(WINDOW_BYTES, source.size() - offset);
            source.read(offset, window.clear().limit(count));
            start = offset;
        }
        window.get((int) (offset - start), into, at, length);
    }
}
