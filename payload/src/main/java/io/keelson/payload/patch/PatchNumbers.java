package io.keelson.payload.patch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The numbers in patches: seven bits a byte, lowest first, the top bit says that more follow. */
public final class PatchNumbers {
    /** Nine bytes of seven bits: no number is negative. */
    private static final int SHIFT_MAX = 56;

    private PatchNumbers() {}

    /** Reads a number of at most {@code max} from a header. */
    public static long read(ByteBuffer in, String what, long max) throws PatchException {
        long value = 0;
        for (int shift = 0; shift <= SHIFT_MAX && in.hasRemaining(); shift += 7) {
            byte b = in.get();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return limited(what, value, max);
            }
        }
        throw new PatchException("the patch ends within " + what);
    }

    /** Reads a number of at most {@code max} from a stream. */
    static long read(InputStream in, String what, long max) throws IOException {
        long value = 0;
        for (int shift = 0; shift <= SHIFT_MAX; shift += 7) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            value |= (b & 0x7FL) << shift;
            if (b < 0x80) {
                return limited(what, value, max);
            }
        }
        throw new PatchException("the patch ends within " + what);
    }

    private static long limited(String what, long value, long max) throws PatchException {
        if (value > max) {
            throw new PatchException(
                    "%s in the patch is %d; at most %d is accepted".formatted(what, value, max));
        }
        return value;
    }

    /** Small numbers of either sign as small numbers: 0, -1, 1, -2 ... */
    static long signed(long folded) {
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** The inverse of reading a signed number. */
    public static long folded(long value) {
        return (value << 1) ^ (value >> 63);
    }

    /** Writes a number that is not negative. */
    public static void write(OutputStream out, long value) throws IOException {
        long rest = value;
        while (rest > 0x7F) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** As {@link #write(OutputStream, long)}, where nothing can fail. */
    public static void write(ByteArrayOutputStream out, long value) {
        try {
            write((OutputStream) out, value);
        } catch (IOException e) {
            throw new IllegalStateException("memory refused a byte", e);
        }
    }
}
