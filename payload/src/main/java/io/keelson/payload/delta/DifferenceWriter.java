package io.keelson.payload.delta;

import java.io.ByteArrayOutputStream;

/** Collects differences between runs of bytes. */
final class DifferenceWriter {
    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();

    void record(byte[] old, int from, byte[] next, int at, int length) {
        byte[] differences = new byte[length];
        for (int i = 0; i < length; i++) {
            differences[i] = (byte) (next[at + i] - old[from + i]);
        }
        plain.writeBytes(differences);
    }

    PackedStream finish() {
        return PackedStream.smallest(plain.toByteArray());
    }
}
