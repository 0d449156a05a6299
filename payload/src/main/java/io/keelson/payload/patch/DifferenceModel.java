package io.keelson.payload.patch;

import java.io.IOException;

/**
 * What differences between releases are like: mostly none, else addresses that moved, so that the
 * same few numbers come again, often at a fixed distance (tables of entries). First is said whether
 * a byte is the same, and where much was the same, whether many bytes are; then how much it
 * differs.
 */
public final class DifferenceModel {
    private static final int FLAG_INPUTS = 7;
    private static final int FLAG_SLOT_BITS = 16;
    private static final int BYTE_INPUTS = 8;
    private static final int BYTE_SLOT_BITS = 18;
    private static final int HISTORY = 32;

    /** After so many equal bytes the question is about more than one. */
    private static final int CALM_BYTES = 32;

    private static final int RUN_BYTES = 16;
    private static final int LONG_CALM_BYTES = 512;
    private static final int LONG_RUN_BYTES = 256;

    private final BitCoder coder;
    private final Mixer flags = new Mixer(FLAG_INPUTS, FLAG_SLOT_BITS, 64);
    private final Mixer bytes = new Mixer(BYTE_INPUTS, BYTE_SLOT_BITS, 256);
    private final Mixer runs = new Mixer(3, 12, 1);
    private final byte[] lately = new byte[HISTORY];

    private long position;
    private int at;
    private int same;
    private int lastGap;
    private int gapBefore;
    private int flagHistory;
    private int oldHistory;
    private int differing;
    private int lastRun;
    private int thisRun;
    private int skip;
    private boolean isNear;

    public DifferenceModel(BitCoder coder) {
        this.coder = coder;
    }

    /** The next byte is compared with the source at this offset. */
    public void startRecord(long from) {
        position = from;
        skip = 0;
    }

    /** How many bytes {@link #run} is to be asked about now, or 0. */
    public int dueRun() {
        if (skip > 0 || same < CALM_BYTES) {
            return 0;
        }
        return same < LONG_CALM_BYTES ? RUN_BYTES : LONG_RUN_BYTES;
    }

    /** Codes whether as many bytes as are due, or all to the end of the record, are the same. */
    public void run(boolean isSame) throws IOException {
        int length = dueRun();
        int calm = Math.min(31, 32 - Integer.numberOfLeadingZeros(same));
        runs.slot(0, calm);
        runs.slot(1, calm << 8 | Math.min(255, lastGap) | 1 << 16);
        runs.slot(2, calm << 8 | oldHistory() | 2 << 16);
        int bit = coder.code(isSame ? 1 : 0, runs.estimate(0));
        runs.learn(bit);
        if (bit == 1) {
            skip = length;
        } else {
            // Ask byte by byte until the difference, which is near, has come.
            same = CALM_BYTES - RUN_BYTES - (length > RUN_BYTES ? 1 : 0);
            isNear = true;
        }
    }

    /**
     * Codes one byte.
     *
     * @param old the byte of the source
     * @param next the byte of the result; a reader ignores it
     * @return the byte of the result
     */
    public int next(int old, int next) throws IOException {
        int difference = 0;
        if (skip > 0) {
            skip--;
        } else if (codeFlag(old, next != old ? 1 : 0) == 1) {
            difference = codeDifference(old, next - old & 0xFF);
        }
        remember(old, difference);
        return old + difference & 0xFF;
    }

    private int codeFlag(int old, int bit) throws IOException {
        int recent = flagHistory & 0xFFFF;
        int gap = Math.min(63, same);
        flags.slot(0, recent);
        flags.slot(1, (old << 8 | oldHistory()) << 2 | (flagHistory & 3) | 1 << 28);
        flags.slot(2, (oldHistory & 0xFFFFFF) * 4 + (flagHistory & 3) + (2 << 28));
        flags.slot(3, gap << 12 | Math.min(63, lastGap) << 6 | Math.min(63, gapBefore));
        flags.slot(4, (past(1) << 16 | past(2) << 8 | past(3)) * 3 + 7);
        flags.slot(
                5,
                (flag(4) | flag(8) << 1 | flag(12) << 2 | flag(16) << 3 | flag(24) << 4) << 8
                        | (int) (position & 7) << 4
                        | Math.min(15, differing));
        flags.slot(6, (thisRun * 31 + lastRun) * 16 + Math.min(15, gap) + (isNear ? 8 << 16 : 0));
        int set = Math.min(15, gap) << 2 | (isNear ? 2 : 0) | (flagHistory & 1);
        int result = coder.code(bit, flags.estimate(set));
        flags.learn(result);
        return result;
    }

    private int codeDifference(int old, int difference) throws IOException {
        int one = past(1);
        int two = past(2);
        int lastHere = (lastRun >>> (8 * Math.min(3, differing))) & 0xFF;
        int node = 1;
        for (int bit = 7; bit >= 0; bit--) {
            bytes.slot(0, node | differing << 8 | 3 << 20);
            bytes.slot(1, node | one << 8 | Math.min(7, differing) << 16);
            bytes.slot(2, node + 256 * (one << 8 | two) + (5 << 26));
            bytes.slot(3, node | old << 8 | Math.min(3, differing) << 16 | 1 << 21);
            bytes.slot(4, node | lastHere << 8 | Math.min(3, differing) << 16 | 1 << 22);
            bytes.slot(5, node + 256 * (past(8) << 8 | past(4)) + (7 << 26));
            bytes.slot(6, node + 256 * (past(24) << 8 | past(16)) + (9 << 26));
            bytes.slot(7, node + 256 * (old << 8 | oldHistory()) + (11 << 26));
            int estimate = bytes.estimate(node);
            int result = coder.code(difference >>> bit & 1, estimate);
            bytes.learn(result);
            node = node << 1 | result;
        }
        return node & 0xFF;
    }

    private int oldHistory() {
        return oldHistory & 0xFF;
    }

    private int past(int distance) {
        return lately[at - distance & HISTORY - 1] & 0xFF;
    }

    private int flag(int distance) {
        return past(distance) == 0 ? 0 : 1;
    }

    private void remember(int old, int difference) {
        lately[at & HISTORY - 1] = (byte) difference;
        at++;
        position++;
        oldHistory = oldHistory << 8 | old;
        if (difference == 0) {
            same++;
            flagHistory <<= 1;
            if (differing > 0) {
                lastRun = thisRun;
                thisRun = 0;
                differing = 0;
            }
            return;
        }
        flagHistory = flagHistory << 1 | 1;
        if (differing == 0) {
            gapBefore = lastGap;
            lastGap = same;
        }
        thisRun |= differing < 4 ? difference << (8 * differing) : 0;
        differing = Math.min(255, differing + 1);
        same = 0;
        isNear = false;
    }
}
