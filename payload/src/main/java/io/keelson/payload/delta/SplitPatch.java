package io.keelson.payload.delta;

import io.keelson.payload.patch.PatchNumbers;
import io.keelson.payload.patch.StreamCodec;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes what {@link io.keelson.payload.patch.SplitBsdiff} reads. */
final class SplitPatch {
    private static final int FORMAT = 1;

    private final ByteArrayOutputStream control = new ByteArrayOutputStream();
    private final ByteArrayOutputStream extra = new ByteArrayOutputStream();
    private final DifferenceWriter differences = new DifferenceWriter();
    private long size;
    private long position;

    /** The patch from one text to another. */
    static byte[] between(byte[] old, byte[] next) {
        var patch = new SplitPatch();
        patch.add(old, 0, next, Differ.runs(old, next));
        return patch.toByteArray();
    }

    /**
     * Appends the difference of one part of the result.
     *
     * @param oldOffset where {@code old} starts in the source
     */
    void add(byte[] old, long oldOffset, byte[] next, List<Differ.Run> runs) {
        int at = 0;
        for (Differ.Run run : runs) {
            if (run.same() + run.extra() == 0) {
                continue;
            }
            long from = oldOffset + run.from();
            PatchNumbers.write(control, PatchNumbers.folded(from - position));
            PatchNumbers.write(control, run.same());
            PatchNumbers.write(control, run.extra());
            differences.record(old, oldOffset, run.from(), next, at, run.same());
            extra.write(next, at + run.same(), run.extra());
            at += run.same() + run.extra();
            position = from + run.same();
        }
        size += next.length;
    }

    byte[] toByteArray() {
        var out = new ByteArrayOutputStream();
        PatchNumbers.write(out, FORMAT);
        PatchNumbers.write(out, size);
        List<PackedStream> streams =
                List.of(
                        PackedStream.smallest(control.toByteArray()),
                        differences.finish(),
                        PackedStream.smallest(extra.toByteArray()));
        for (PackedStream stream : streams) {
            PatchNumbers.write(out, stream.codec().number());
            PatchNumbers.write(out, stream.bytes().length);
            PatchNumbers.write(out, stream.unpacked());
        }
        streams.forEach(stream -> out.writeBytes(stream.bytes()));
        return out.toByteArray();
    }

    /** For reports: what each stream takes. */
    static String describe(StreamCodec codec, int bytes) {
        return codec + " " + bytes;
    }
}
