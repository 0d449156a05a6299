package io.keelson.payload.delta;

import io.keelson.payload.delta.suffix.SuffixIndex;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a new text into runs that are about the same as some run of the old one, and the rest;
 * after the idea of C. Percival's bsdiff: an exact match anchors a run, which is extended both ways
 * as long as at least half of its bytes are the same.
 */
final class Differ {
    /** A run elsewhere must match so many bytes more than the present one to be worth a seek. */
    private static final int WORTH_A_SEEK_BYTES = 8;

    /** So many equal bytes in a row need no look elsewhere. */
    private static final int GOOD_RUN_BYTES = 24;

    /** After so many bytes without a match only every second is tried, then every third ... */
    private static final int PATIENCE_BYTES = 512;

    private static final int STEP_MAX = 16;

    private final byte[] old;
    private final byte[] next;
    private final SuffixIndex index;
    private final List<Run> runs = new ArrayList<>();

    private int runStart;
    private int runOld;

    private Differ(byte[] old, byte[] next) {
        this.old = old;
        this.next = next;
        this.index = new SuffixIndex(old);
    }

    /**
     * A run of the new text that resembles the old one, and what follows it without resemblance.
     *
     * @param from where the run is in the old text
     * @param same bytes of the run
     * @param extra bytes behind it
     */
    record Run(int from, int same, int extra) {}

    /** Runs that make up all of {@code next}. */
    static List<Run> runs(byte[] old, byte[] next) {
        var differ = new Differ(old, next);
        differ.scan();
        return differ.runs;
    }

    private void scan() {
        int at = 0;
        int lastHit = 0;
        while (at < next.length) {
            int here = matchingHere(at);
            if (here >= GOOD_RUN_BYTES) {
                at += here;
                lastHit = at;
                continue;
            }
            int length = index.longest(next, at);
            if (length > WORTH_A_SEEK_BYTES && length > sameHere(at, length) + WORTH_A_SEEK_BYTES) {
                anchor(at, index.position());
                at += length;
                lastHit = at;
            } else {
                int idle = at - lastHit;
                at += Math.max(1, Math.min(STEP_MAX, idle / PATIENCE_BYTES));
            }
        }
        int forward = forwardReach(next.length);
        runs.add(new Run(runOld, forward, next.length - runStart - forward));
    }

    private int matchingHere(int at) {
        int oldAt = at - runStart + runOld;
        return oldAt >= old.length ? 0 : SuffixIndex.matching(old, oldAt, next, at);
    }

    private int sameHere(int at, int length) {
        int oldAt = at - runStart + runOld;
        int count = Math.min(length, old.length - oldAt);
        int same = 0;
        for (int i = 0; i < count; i++) {
            same += old[oldAt + i] == next[at + i] ? 1 : 0;
        }
        return same;
    }

    /** Ends the present run and starts another that contains the match at {@code at}. */
    private void anchor(int at, int oldAt) {
        int forward = forwardReach(at);
        int backward = backwardReach(at, oldAt);
        int overlap = runStart + forward - (at - backward);
        if (overlap > 0) {
            int kept = bestCut(runStart + forward - overlap, oldAt - backward, overlap);
            forward += kept - overlap;
            backward -= kept;
        }
        int start = at - backward;
        if (start > runStart) {
            runs.add(new Run(runOld, forward, start - runStart - forward));
        }
        runStart = start;
        runOld = oldAt - backward;
    }

    /** How far the present run reaches towards {@code end} while half of its bytes are the same. */
    private int forwardReach(int end) {
        int limit = Math.min(end - runStart, old.length - runOld);
        int score = 0;
        int bestScore = 0;
        int best = 0;
        for (int i = 0; i < limit; i++) {
            score += old[runOld + i] == next[runStart + i] ? 1 : -1;
            if (score > bestScore) {
                bestScore = score;
                best = i + 1;
            }
        }
        return best;
    }

    private int backwardReach(int at, int oldAt) {
        int limit = Math.min(at - runStart, oldAt);
        int score = 0;
        int bestScore = 0;
        int best = 0;
        for (int i = 1; i <= limit; i++) {
            score += old[oldAt - i] == next[at - i] ? 1 : -1;
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
        }
        return best;
    }

    /** How many bytes of an overlap belong to the present run rather than to the next one. */
    private int bestCut(int from, int otherOld, int overlap) {
        int thisOld = from - runStart + runOld;
        int score = 0;
        int bestScore = 0;
        int best = 0;
        for (int i = 0; i < overlap; i++) {
            score += next[from + i] == old[thisOld + i] ? 1 : 0;
            score -= next[from + i] == old[otherOld + i] ? 1 : 0;
            if (score > bestScore) {
                bestScore = score;
                best = i + 1;
            }
        }
        return best;
    }
}
