package io.keelson.host;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** What remains of a buffer, as a stream; moves its position. */
public final class BufferInputStream extends InputStream {
    private final ByteBuffer bytes;

    public BufferInputStream(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (!bytes.hasRemaining()) {
            return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(target, offset, count);
        return count;
    }
}
