package io.keelson.payload.patch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads what {@link BitWriter} wrote. */
final class BitReader implements BitCoder {
    private static final int FIRST_BYTES = 4;

    /** Bytes a reader may look at behind the last one: the writer leaves out zeros. */
    private static final int MISSING_MAX = 4;

    private final ByteBuffer in;
    private int low;
    private int high = -1;
    private int value;
    private int missing;

    BitReader(ByteBuffer in) throws IOException {
        this.in = in;
        for (int i = 0; i < FIRST_BYTES; i++) {
            value = value << 8 | next();
        }
    }

    @Override
    public int code(int bit, int one) throws IOException {
        int middle = BitWriter.middle(low, high, one);
        int result = Integer.compareUnsigned(value, middle) <= 0 ? 1 : 0;
        if (result == 1) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while ((low ^ high) >>> 24 == 0) {
            low <<= 8;
            high = high << 8 | 0xFF;
            value = value << 8 | next();
        }
        return result;
    }

    private int next() throws PatchException {
        if (in.hasRemaining()) {
            return Byte.toUnsignedInt(in.get());
        }
        missing++;
        if (missing > MISSING_MAX) {
            throw new PatchException("the differences of the patch end too early");
        }
        return 0;
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }
}
