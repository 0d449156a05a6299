package io.keelson.payload.delta.suffix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the longest match for a position of one text in another, by binary search. */
public final class SuffixIndex {
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int PAIRS = 1 << 16;

    private final byte[] old;
    private final int[] suffixes;

    /** Where suffixes that start with each pair of bytes begin. */
    private final int[] pairStarts = new int[PAIRS + 1];

    private int position;

    public SuffixIndex(byte[] old) {
        this.old = old;
        this.suffixes = SuffixArray.of(old);
        countPairs();
    }

    private void countPairs() {
        for (int i = 0; i < old.length; i++) {
            pairStarts[pair(old, i) + 1]++;
        }
        for (int i = 0; i < PAIRS; i++) {
            pairStarts[i + 1] += pairStarts[i];
        }
    }

    /** A missing second byte sorts first, as 0 does; the two differ only by order within. */
    private static int pair(byte[] bytes, int index) {
        int second = index + 1 < bytes.length ? bytes[index + 1] & 0xFF : 0;
        return (bytes[index] & 0xFF) << 8 | second;
    }

    /** Length of the longest match for {@code next} from {@code from} on; {@link #position} it. */
    public int longest(byte[] next, int from) {
        if (from + 1 >= next.length) {
            return 0;
        }
        int pair = pair(next, from);
        int low = pairStarts[pair];
        int high = pairStarts[pair + 1];
        if (low == high) {
            return 0;
        }
        int lowMatch = 0;
        int highMatch = 0;
        int best = 0;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int suffix = suffixes[middle];
            int match = Math.min(lowMatch, highMatch);
            match += matching(old, suffix + match, next, from + match);
            if (match > best) {
                best = match;
                position = suffix;
            }
            if (isBefore(suffix + match, next, from + match)) {
                low = middle + 1;
                lowMatch = match;
            } else {
                high = middle;
                highMatch = match;
            }
        }
        return best;
    }

    /** Where the last longest match is. */
    public int position() {
        return position;
    }

    private boolean isBefore(int oldIndex, byte[] next, int index) {
        if (oldIndex >= old.length) {
            return true;
        }
        return index < next.length && (old[oldIndex] & 0xFF) < (next[index] & 0xFF);
    }

    /** How many bytes are the same. */
    public static int matching(byte[] a, int aFrom, byte[] b, int bFrom) {
        int max = Math.min(a.length - aFrom, b.length - bFrom);
        int done = 0;
        while (done + Long.BYTES <= max) {
            long different =
                    (long) BIG_ENDIAN.get(a, aFrom + done) ^ (long) BIG_ENDIAN.get(b, bFrom + done);
            if (different != 0) {
                return done + Long.numberOfLeadingZeros(different) / Byte.SIZE;
            }
            done += Long.BYTES;
        }
        while (done < max && a[aFrom + done] == b[bFrom + done]) {
            done++;
        }
        return done;
    }
}
