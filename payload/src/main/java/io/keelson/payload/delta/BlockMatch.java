package io.keelson.payload.delta;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Says which old block each new block equals, in runs as long as possible. */
final class BlockMatch {
    static final int NONE = -1;

    private final long[] old;
    private final long[] next;
    private final Map<Long, Integer> first = new HashMap<>();

    private BlockMatch(long[] old, long[] next) {
        this.old = old;
        this.next = next;
        for (int i = old.length - 1; i >= 0; i--) {
            first.put(old[i], i);
        }
    }

    /** For every new block an old one, or {@link #NONE}. */
    static int[] of(long[] old, long[] next) {
        return new BlockMatch(old, next).match();
    }

    private int[] match() {
        int[] result = new int[next.length];
        Arrays.fill(result, NONE);
        for (int i = 0; i < next.length; i++) {
            int follows = i == 0 || result[i - 1] == NONE ? NONE : result[i - 1] + 1;
            if (follows != NONE && follows < old.length && old[follows] == next[i]) {
                result[i] = follows;
            } else {
                result[i] = first.getOrDefault(next[i], NONE);
            }
        }
        // A run starts where its first block happens to be; what precedes may belong to it as well.
        for (int i = next.length - 2; i >= 0; i--) {
            int precedes = result[i + 1] - 1;
            boolean isInRun = i > 0 && result[i] != NONE && result[i] == result[i - 1] + 1;
            if (precedes >= 0 && !isInRun && old[precedes] == next[i]) {
                result[i] = precedes;
            }
        }
        return result;
    }
}
