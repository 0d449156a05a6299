package io.keelson.payload.delta;

import io.keelson.payload.delta.UkiFrames.Place;
import io.keelson.payload.patch.PatchNumbers;
import io.keelson.payload.repack.FrameSettings;
import io.keelson.payload.repack.PackedFrame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks inside the frames that two boot images have both, and that differ. */
final class RepackPlan {
    private static final int FORMAT = 2;

    private final byte[] old;
    private final byte[] next;
    private final List<Pair> pairs;

    private RepackPlan(byte[] old, byte[] next, List<Pair> pairs) {
        this.old = old;
        this.next = next;
        this.pairs = pairs;
    }

    /** A frame before and after. */
    private record Pair(Place old, Place next) {}

    /** Absent when no frame differs, or when the frames stand in another order. */
    static Optional<RepackPlan> of(ImageFile oldUki, ImageFile uki) throws IOException {
        byte[] old = oldUki.read(0, oldUki.blocks());
        byte[] next = uki.read(0, uki.blocks());
        Map<String, Place> before = UkiFrames.of(old, oldUki.sizeBytes());
        List<Pair> pairs = new ArrayList<>();
        UkiFrames.of(next, uki.sizeBytes())
                .forEach((name, place) -> {
                    Place was = before.get(name);
                    if (was != null && !isSame(old, was, next, place)) {
                        pairs.add(new Pair(was, place));
                    }
                });
        pairs.sort(Comparator.comparingInt(pair -> pair.next.offset()));
        for (int i = 1; i < pairs.size(); i++) {
            if (pairs.get(i).old.offset() < pairs.get(i - 1).old.offset()) {
                return Optional.empty();
            }
        }
        return pairs.isEmpty()
                ? Optional.empty()
                : Optional.of(new RepackPlan(old, next, List.copyOf(pairs)));
    }

    static boolean isSame(byte[] old, Place was, byte[] next, Place place) {
        return Arrays.equals(old, was.offset(), was.end(), next, place.offset(), place.end());
    }

    /** The table of the new frames; absent when one of them cannot be made again. Takes long. */
    Optional<List<PackedFrame>> newFrames() throws IOException {
        List<PackedFrame> frames = new ArrayList<>();
        for (Pair pair : pairs) {
            Place place = pair.next;
            byte[] content = JniFrames.unpack(next, place.offset(), place.bytes());
            Optional<FrameSettings> settings =
                    JniFrames.settings(next, place.offset(), place.bytes(), content);
            if (settings.isEmpty()) {
                return Optional.empty();
            }
            frames.add(
                    new PackedFrame(place.offset(), place.bytes(), content.length, settings.get()));
        }
        return Optional.of(frames);
    }

    /** The difference of what is inside, with the table of the old frames. Takes long. */
    Inside inside() throws IOException {
        var patch = new SplitPatch();
        List<PackedFrame> frames = new ArrayList<>();
        int oldEnd = 0;
        int nextEnd = 0;
        long oldOffset = 0;
        for (Pair pair : pairs) {
            oldOffset =
                    add(
                            patch,
                            oldOffset,
                            plain(old, oldEnd, pair.old.offset()),
                            plain(next, nextEnd, pair.next.offset()));
            byte[] before = JniFrames.unpack(old, pair.old.offset(), pair.old.bytes());
            byte[] after = JniFrames.unpack(next, pair.next.offset(), pair.next.bytes());
            frames.add(
                    new PackedFrame(
                            pair.old.offset(),
                            pair.old.bytes(),
                            before.length,
                            FrameSettings.NONE));
            oldOffset = add(patch, oldOffset, before, after);
            oldEnd = pair.old.end();
            nextEnd = pair.next.end();
        }
        add(patch, oldOffset, plain(old, oldEnd, old.length), plain(next, nextEnd, next.length));
        return new Inside(frames, patch);
    }

    private static byte[] plain(byte[] bytes, int from, int end) {
        return Arrays.copyOfRange(bytes, from, end);
    }

    private static long add(SplitPatch patch, long oldOffset, byte[] old, byte[] next) {
        patch.add(old, oldOffset, next, Differ.runs(old, next));
        return oldOffset + old.length;
    }

    /** What {@link #inside} found. */
    static final class Inside {
        private final List<PackedFrame> oldFrames;
        private final SplitPatch patch;

        private Inside(List<PackedFrame> oldFrames, SplitPatch patch) {
            this.oldFrames = oldFrames;
            this.patch = patch;
        }

        /** The whole patch, see {@link io.keelson.payload.repack.Repack}. */
        byte[] toByteArray(List<PackedFrame> newFrames) {
            var out = new ByteArrayOutputStream();
            PatchNumbers.write(out, FORMAT);
            PackedFrame.writeAll(out, oldFrames);
            PackedFrame.writeAll(out, newFrames);
            out.writeBytes(patch.toByteArray());
            return out.toByteArray();
        }
    }
}
