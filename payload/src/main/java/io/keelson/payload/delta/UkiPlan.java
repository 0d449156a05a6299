package io.keelson.payload.delta;

import io.keelson.payload.delta.UkiFrames.Place;
import io.keelson.payload.manifest.Extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Divides a new boot image without looking inside, section by section: before the compressed
 * kernel, the kernel, and behind it. A kernel that changed resembles the old one in a few percent
 * of its compressed bytes.
 */
final class UkiPlan {
    /** So that a piece that resembles nothing is a patch hosts still take. */
    private static final int PIECE_BLOCKS = 1536;

    private UkiPlan() {}

    static List<PlannedRange> of(ImageFile old, ImageFile next) throws IOException {
        byte[] before = old.read(0, old.blocks());
        byte[] after = next.read(0, next.blocks());
        Optional<Place> was = largest(UkiFrames.of(before, old.sizeBytes()));
        Optional<Place> is = largest(UkiFrames.of(after, next.sizeBytes()));
        if (was.isEmpty()
                || is.isEmpty()
                || RepackPlan.isSame(before, was.get(), after, is.get())) {
            return UsrPlan.of(old, next);
        }
        int oldStart = blocksUpTo(was.get().offset());
        int oldEnd = was.get().end() / ImageFile.BLOCK;
        int start = blocksUpTo(is.get().offset());
        int end = is.get().end() / ImageFile.BLOCK;
        List<PlannedRange> ranges = new ArrayList<>();
        add(ranges, 0, start, List.of(new Extent(0, oldStart)));
        List<Extent> kernel = List.of(new Extent(oldStart, oldEnd - oldStart));
        for (int from = start; from < end; from += PIECE_BLOCKS) {
            add(ranges, from, Math.min(end, from + PIECE_BLOCKS), kernel);
        }
        add(ranges, end, next.blocks(), List.of(new Extent(oldEnd, old.blocks() - oldEnd)));
        return ranges;
    }

    private static void add(List<PlannedRange> ranges, int from, int end, List<Extent> sources) {
        if (end > from) {
            ranges.add(new PlannedRange.Changed(from, end - from, sources));
        }
    }

    private static int blocksUpTo(int bytes) {
        return (bytes + ImageFile.BLOCK - 1) / ImageFile.BLOCK;
    }

    private static Optional<Place> largest(Map<String, Place> frames) {
        return frames.values().stream().max((a, b) -> Integer.compare(a.bytes(), b.bytes()));
    }
}
