package io.keelson.payload.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Data that were valid before. */
final class SpoiltBytes {
    private static final int HEADER_BYTES = 48;

    /** Where arithmetic turns over. */
    private static final long[] EXTREMES = {
        0,
        1,
        2,
        7,
        63,
        64,
        65,
        127,
        128,
        4095,
        4096,
        4097,
        1 << 16,
        (1L << 20) - 1,
        1L << 20,
        (4L << 20) - 1,
        4L << 20,
        (4L << 20) + 1,
        (1L << 31) - 1,
        1L << 31,
        (1L << 32) - 1,
        1L << 32,
        (1L << 51) - 1,
        1L << 51,
        1L << 52,
        (1L << 53) + 1,
        (1L << 62),
        Long.MAX_VALUE - 4095,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -2,
        -1
    };

    private SpoiltBytes() {}

    static long extreme(Choices choices) {
        return EXTREMES[choices.below(EXTREMES.length)];
    }

    /** A copy with one to three changes. */
    static byte[] of(byte[] valid, Choices choices) {
        byte[] bytes = valid.clone();
        int times = 1 + choices.below(3);
        for (int i = 0; i < times && bytes.length > 0; i++) {
            // Headers are at the start: half of the changes go there.
            int reach = choices.oneIn(2) ? bytes.length : Math.min(bytes.length, HEADER_BYTES);
            bytes = changedAt(bytes, choices.below(reach), choices);
        }
        return bytes;
    }

    private static byte[] changedAt(byte[] blob, int at, Choices choices) {
        switch (choices.below(8)) {
            case 0 -> {
                return Arrays.copyOf(blob, at);
            }
            case 1 -> {
                return Arrays.copyOf(blob, blob.length + 1 + choices.below(40));
            }
            case 2 -> {
                byte[] shorter = new byte[blob.length - 1];
                System.arraycopy(blob, 0, shorter, 0, at);
                System.arraycopy(blob, at + 1, shorter, at, shorter.length - at);
                return shorter;
            }
            case 3 -> {
                ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
                byte[] extreme = number.putLong(extreme(choices)).array();
                int bytes = 1 << choices.below(4);
                System.arraycopy(extreme, 0, blob, at, Math.min(bytes, blob.length - at));
            }
            case 4 -> blob[at] = (byte) choices.octet();
            case 5 -> blob[at] = (byte) 0xFF;
            case 6 -> blob[at] = (byte) (blob[at] + 1 - 2 * choices.below(2));
            default -> blob[at] ^= (byte) (1 << choices.below(8));
        }
        return blob;
    }
}
