package io.keelson.payload.delta.suffix;

import java.util.Arrays;

/**
 * Sorts the suffixes of a text by induced sorting (G. Nong, S. Zhang, W. H. Chan, "Linear Suffix
 * Array Construction by Almost Pure Induced-Sorting"): time is linear, memory about seven bytes per
 * byte of text beside the result's four.
 */
final class SuffixArray {
    private static final int BYTE_VALUES = 256;

    private final Text text;
    private final int length;
    private final int[] suffixes;
    private final long[] smaller;
    private final int[] starts;
    private final int[] ends;

    private SuffixArray(Text text, int length, int symbols) {
        this.text = text;
        this.length = length;
        this.suffixes = new int[length];
        this.smaller = new long[length / Long.SIZE + 1];
        this.starts = new int[symbols];
        this.ends = new int[symbols];
    }

    /** Where the suffixes start, in the order of their (unsigned) bytes. */
    static int[] of(byte[] text) {
        return new SuffixArray(i -> text[i] & 0xFF, text.length, BYTE_VALUES).sort();
    }

    private interface Text {
        int at(int index);
    }

    private int[] sort() {
        if (length == 0) {
            return suffixes;
        }
        classify();
        int[] corners = corners();
        induceFrom(corners);
        if (corners.length > 1) {
            induceFrom(sortCorners(corners));
        }
        return suffixes;
    }

    /** Marks suffixes smaller than the next one, and finds each first symbol's range. */
    private void classify() {
        int[] counts = new int[starts.length];
        int next = -1;
        boolean isSmaller = false;
        for (int i = length - 1; i >= 0; i--) {
            int symbol = text.at(i);
            isSmaller = symbol < next || (symbol == next && isSmaller);
            if (isSmaller) {
                smaller[i >>> 6] |= 1L << i;
            }
            counts[symbol]++;
            next = symbol;
        }
        int sum = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            starts[symbol] = sum;
            sum += counts[symbol];
            ends[symbol] = sum;
        }
    }

    private boolean isSmaller(int index) {
        return (smaller[index >>> 6] >>> index & 1) != 0;
    }

    private boolean isCorner(int index) {
        return index > 0 && isSmaller(index) && !isSmaller(index - 1);
    }

    /** The leftmost suffixes of every run of smaller ones, in text order. */
    private int[] corners() {
        int count = 0;
        for (int i = 1; i < length; i++) {
            count += isCorner(i) ? 1 : 0;
        }
        int[] corners = new int[count];
        int at = 0;
        for (int i = 1; i < length; i++) {
            if (isCorner(i)) {
                corners[at++] = i;
            }
        }
        return corners;
    }

    /** Sorts all suffixes given the corners in order (then exactly) or not (then by substrings). */
    private void induceFrom(int[] corners) {
        Arrays.fill(suffixes, -1);
        int[] tail = ends.clone();
        for (int i = corners.length - 1; i >= 0; i--) {
            suffixes[--tail[text.at(corners[i])]] = corners[i];
        }
        int[] head = starts.clone();
        suffixes[head[text.at(length - 1)]++] = length - 1;
        for (int i = 0; i < length; i++) {
            int before = suffixes[i] - 1;
            if (before >= 0 && !isSmaller(before)) {
                suffixes[head[text.at(before)]++] = before;
            }
        }
        System.arraycopy(ends, 0, tail, 0, ends.length);
        for (int i = length - 1; i >= 0; i--) {
            int before = suffixes[i] - 1;
            if (before >= 0 && isSmaller(before)) {
                suffixes[--tail[text.at(before)]] = before;
            }
        }
    }

    /** Puts the corners in order: names their substrings by rank and sorts the text of names. */
    private int[] sortCorners(int[] corners) {
        int count = corners.length;
        // Two corners are never neighbours, so half as many slots as symbols tell them apart.
        int[] ordinal = new int[length / 2 + 1];
        for (int i = 0; i < count; i++) {
            ordinal[corners[i] / 2] = i;
        }
        int[] names = new int[count];
        int last = -1;
        int name = -1;
        for (int i = 0; i < length; i++) {
            int corner = suffixes[i];
            if (isCorner(corner)) {
                int current = ordinal[corner / 2];
                if (last < 0 || !isSameSubstring(corners, last, current)) {
                    name++;
                }
                names[current] = name;
                last = current;
            }
        }
        int[] order = new SuffixArray(i -> names[i], count, name + 1).sort();
        int[] sorted = new int[count];
        for (int i = 0; i < count; i++) {
            sorted[i] = corners[order[i]];
        }
        return sorted;
    }

    private boolean isSameSubstring(int[] corners, int a, int b) {
        if (a + 1 == corners.length || b + 1 == corners.length) {
            return false;
        }
        int size = corners[a + 1] - corners[a];
        if (size != corners[b + 1] - corners[b]) {
            return false;
        }
        for (int i = 0; i <= size; i++) {
            if (text.at(corners[a] + i) != text.at(corners[b] + i)) {
                return false;
            }
        }
        return true;
    }
}
