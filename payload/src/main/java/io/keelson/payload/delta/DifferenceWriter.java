package io.keelson.payload.delta;

import io.keelson.payload.patch.BitWriter;
import io.keelson.payload.patch.DifferenceModel;
import io.keelson.payload.patch.StreamCodec;

import java.io.IOException;
import java.util.Arrays;

/** Codes differences between runs of bytes. */
final class DifferenceWriter {
    private final BitWriter out = new BitWriter();
    private final DifferenceModel model = new DifferenceModel(out);
    private long unpacked;

    /**
     * Adds a run.
     *
     * @param oldOffset where {@code old} starts in the source
     */
    void record(byte[] old, long oldOffset, int from, byte[] next, int at, int length) {
        try {
            code(old, oldOffset, from, next, at, length);
        } catch (IOException e) {
            throw new IllegalStateException("memory refused a bit", e);
        }
        unpacked += length;
    }

    private void code(byte[] old, long oldOffset, int from, byte[] next, int at, int length)
            throws IOException {
        model.startRecord(oldOffset + from);
        for (int i = 0; i < length; i++) {
            int due = model.dueRun();
            if (due > 0) {
                int count = Math.min(due, length - i);
                model.run(
                        Arrays.equals(
                                old, from + i, from + i + count, next, at + i, at + i + count));
            }
            model.next(old[from + i] & 0xFF, next[at + i] & 0xFF);
        }
    }

    PackedStream finish() {
        return new PackedStream(StreamCodec.MODELLED, out.finish(), unpacked);
    }
}
