package io.keelson.payload.patch;

import java.io.ByteArrayOutputStream;

/** Writes bits, each in as much space as it is unlikely. */
public final class BitWriter implements BitCoder {
    private static final int LAST_BYTES = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int low;
    private int high = -1;

    @Override
    public int code(int bit, int one) {
        int middle = middle(low, high, one);
        if (bit == 1) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while ((low ^ high) >>> 24 == 0) {
            out.write(high >>> 24);
            low <<= 8;
            high = high << 8 | 0xFF;
        }
        return bit;
    }

    /** Divides the range, of unsigned numbers, in proportion. */
    static int middle(int low, int high, int one) {
        long range = Integer.toUnsignedLong(high) - Integer.toUnsignedLong(low);
        return low + (int) ((range * one) >>> 16);
    }

    /** Everything written; the last call. */
    public byte[] finish() {
        // One more than low, if there is room, needs no more than its first byte.
        int last = high;
        for (int i = 0; i < LAST_BYTES; i++) {
            out.write(last >>> 24);
            last <<= 8;
        }
        return out.toByteArray();
    }
}
