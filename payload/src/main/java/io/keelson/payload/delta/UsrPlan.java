package io.keelson.payload.delta;

import io.keelson.payload.delta.ErofsFiles.Span;
import io.keelson.payload.manifest.Extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides a new image into what is copied and what is to be patched, and says out of what. Blocks
 * that lie between two changes are patched with them when there are few, because an operation has
 * its price in the manifest.
 */
final class UsrPlan {
    /** Fewer unchanged blocks than this between two changes are not worth two operations more. */
    private static final int COPY_BLOCKS_MIN = 64;

    /** An operation is what is done again after a cut: 64 MiB. */
    private static final int COPY_BLOCKS_MAX = 16 << 10;

    private static final int CHANGED_BLOCKS_MAX = 4 << 10;
    private static final int SOURCE_BLOCKS_MAX = 8 << 10;

    /** How far beyond its own place the content of a large file is looked for. */
    private static final int REACH_BLOCKS = 256;

    /** Sources so near to each other are taken as one, which takes less of the manifest. */
    private static final int SOURCE_GAP_BLOCKS = 8;

    private final List<Span> spans;
    private final Counterparts counterparts;
    private final int[] match;
    private final int oldBlocks;
    private final List<PlannedRange> ranges = new ArrayList<>();

    private UsrPlan(ImageFile old, ImageFile next) throws IOException {
        this.spans = ErofsFiles.of(next);
        this.counterparts = new Counterparts(ErofsFiles.of(old));
        this.match = BlockMatch.of(old.fingerprints(), next.fingerprints());
        this.oldBlocks = old.blocks();
    }

    /** Ranges that make up the new image. */
    static List<PlannedRange> of(ImageFile old, ImageFile next) throws IOException {
        var plan = new UsrPlan(old, next);
        plan.divide();
        return plan.ranges;
    }

    private void divide() {
        int changedFrom = 0;
        int at = 0;
        while (at < match.length) {
            int end = matchedEnd(at);
            if (end - at >= COPY_BLOCKS_MIN) {
                addChanged(changedFrom, at);
                addCopied(at, end);
                changedFrom = end;
            }
            at = Math.max(end, at + 1);
        }
        addChanged(changedFrom, match.length);
    }

    private int matchedEnd(int from) {
        int end = from;
        while (end < match.length && match[end] != BlockMatch.NONE) {
            end++;
        }
        return end;
    }

    private void addCopied(int from, int end) {
        for (int start = from; start < end; start += COPY_BLOCKS_MAX) {
            int blocks = Math.min(COPY_BLOCKS_MAX, end - start);
            List<Extent> sources = new ArrayList<>();
            for (int i = start; i < start + blocks; ) {
                int run = i + 1;
                while (run < start + blocks && match[run] == match[run - 1] + 1) {
                    run++;
                }
                sources.add(new Extent(match[i], run - i));
                i = run;
            }
            ranges.add(new PlannedRange.Copied(start, blocks, sources));
        }
    }

    private void addChanged(int from, int end) {
        int start = from;
        while (start < end) {
            int stop = Math.min(end, start + CHANGED_BLOCKS_MAX);
            int atFile = fileStartBefore(stop);
            if (stop < end && atFile > start) {
                stop = atFile;
            }
            ranges.add(new PlannedRange.Changed(start, stop - start, sources(start, stop)));
            start = stop;
        }
    }

    private int fileStartBefore(int block) {
        int start = 0;
        for (Span span : spans) {
            if (span.startBlock() > block) {
                break;
            }
            start = span.startBlock();
        }
        return start;
    }

    private List<Extent> sources(int from, int end) {
        boolean[] isSource = new boolean[oldBlocks];
        int[] rest = {SOURCE_BLOCKS_MAX};
        for (int i = from; i < end; i++) {
            if (match[i] != BlockMatch.NONE) {
                mark(isSource, match[i], match[i] + 1, rest);
            }
        }
        for (Span span : spans) {
            if (span.endBlock() > from && span.startBlock() < end) {
                counterparts
                        .of(span)
                        .ifPresent(old -> markFile(isSource, span, old, from, end, rest));
            }
        }
        return extents(isSource);
    }

    private static void markFile(
            boolean[] isSource, Span span, Span old, int from, int end, int[] rest) {
        int first = Math.max(0, from - span.startBlock() - REACH_BLOCKS);
        int last = end - span.startBlock() + REACH_BLOCKS;
        int oldEnd = end >= span.endBlock() ? old.endBlock() : old.startBlock() + last;
        mark(isSource, old.startBlock() + first, Math.min(old.endBlock(), oldEnd), rest);
    }

    private static void mark(boolean[] isSource, int from, int end, int[] rest) {
        for (int i = from; i < end && rest[0] > 0; i++) {
            if (!isSource[i]) {
                isSource[i] = true;
                rest[0]--;
            }
        }
    }

    private static List<Extent> extents(boolean[] isSource) {
        List<Extent> extents = new ArrayList<>();
        int start = -1;
        int last = -1;
        for (int i = 0; i < isSource.length; i++) {
            if (!isSource[i]) {
                continue;
            }
            if (start >= 0 && i - last > SOURCE_GAP_BLOCKS) {
                extents.add(new Extent(start, last + 1L - start));
                start = i;
            } else if (start < 0) {
                start = i;
            }
            last = i;
        }
        if (start >= 0) {
            extents.add(new Extent(start, last + 1L - start));
        }
        return extents;
    }
}
