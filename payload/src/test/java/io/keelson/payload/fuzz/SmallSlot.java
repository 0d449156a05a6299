package io.keelson.payload.fuzz;

import io.keelson.payload.PayloadTarget;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A slot of one MiB that notices when it is written outside its bounds or without end. */
final class SmallSlot implements PayloadTarget {
    private static final int BYTES_MAX = 1 << 20;
    private static final int INITIAL_BYTES = 64 << 10;

    private byte[] content = new byte[INITIAL_BYTES];
    private long written;

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
        int length = bytes.remaining();
        requireInside(offset, length);
        written += length;
        if (written > 2 * BYTES_MAX) {
            throw new AssertionError(written + " bytes were written to a slot of half as many");
        }
        int end = (int) offset + length;
        if (end > content.length) {
            content = Arrays.copyOf(content, Math.max(end, 2 * content.length));
        }
        bytes.get(content, (int) offset, length);
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        int length = into.remaining();
        requireInside(offset, length);
        into.put(Arrays.copyOfRange(content, (int) offset, (int) offset + length));
    }

    @Override
    public void force() {}

    private static void requireInside(long offset, long length) throws IOException {
        if (offset < 0) {
            throw new AssertionError("access at offset " + offset);
        }
        // What a device that is too small says.
        if (offset + length > BYTES_MAX) {
            throw new IOException("no space left on the fuzzed slot");
        }
    }
}
