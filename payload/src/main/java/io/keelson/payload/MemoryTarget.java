package io.keelson.payload;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Keeps a small partition, such as the UKI, in memory up to a limit. For several threads. */
public final class MemoryTarget implements PayloadTarget {
    private static final int INITIAL_BYTES = 1 << 20;

    private final int maxBytes;
    private byte[] content = new byte[INITIAL_BYTES];
    private int size;

    public MemoryTarget(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void write(ByteBuffer bytes, long offset) throws IOException {
        long end = offset + bytes.remaining();
        if (offset < 0 || end > maxBytes) {
            throw new IOException("the partition is larger than " + maxBytes + " bytes");
        }
        if (end > content.length) {
            long doubled = Math.min(maxBytes, 2L * content.length);
            content = Arrays.copyOf(content, (int) Math.max(end, doubled));
        }
        bytes.get(content, (int) offset, bytes.remaining());
        size = Math.max(size, (int) end);
    }

    @Override
    public synchronized void read(ByteBuffer into, long offset) throws IOException {
        if (offset < 0 || into.remaining() > size - offset) {
            throw new EOFException("the partition has " + size + " bytes so far");
        }
        into.put(content, (int) offset, into.remaining());
    }

    @Override
    public void force() {}

    /** A copy of what was written. */
    public synchronized byte[] bytes() {
        return Arrays.copyOf(content, size);
    }
}
