package io.keelson.payload.patch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A patch of three streams, after C. Percival's bsdiff: control says what comes next, differences
 * are added to bytes of the source, extra bytes are taken as they are. Memory is bounded by the
 * patch and a few buffers, whatever the size of source and result.
 *
 * <pre>
 *   patch    format 1 (1 byte), size of the result, then per stream codec (1 byte), bytes in the
 *            patch, bytes unpacked; then the streams: control, differences, extra
 *   control  records until the result is complete: bytes of difference, bytes of extra, seek
 * </pre>
 *
 * Numbers are as {@link PatchNumbers} has them. Seek, of either sign, is from the end of the bytes
 * just read to those the next record reads; the first record has one of its own before it.
 */
public final class SplitBsdiff {
    static final int FORMAT = 1;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final long RESULT_BYTES_MAX = 1L << 32;

    private final SourceWindow old;
    private final PatchSink out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final long size;
    private int filled;
    private long produced;

    private SplitBsdiff(SourceBytes old, PatchSink out, long size) {
        this.old = new SourceWindow(old);
        this.out = out;
        this.size = size;
    }

    /**
     * Applies a patch.
     *
     * @param patch all that remains of it is the patch; its position moves
     * @param newSize exactly what the patch must make
     * @throws PatchException when the patch is malformed or does not fit the source
     */
    public static void apply(SourceBytes old, ByteBuffer patch, long newSize, PatchSink out)
            throws IOException {
        int format = (int) PatchNumbers.read(patch, "the format", 0x7F);
        if (format != FORMAT) {
            throw new PatchException("the patch has the unknown format " + format);
        }
        long size = PatchNumbers.read(patch, "the size of the result", RESULT_BYTES_MAX);
        if (size != newSize) {
            throw new PatchException("the patch makes %d bytes, not %d".formatted(size, newSize));
        }
        StreamHeader control = StreamHeader.read(patch, "control");
        StreamHeader differences = StreamHeader.read(patch, "differences");
        StreamHeader extra = StreamHeader.read(patch, "extra");
        if (differences.unpacked() + extra.unpacked() != newSize) {
            throw new PatchException("the streams of the patch do not add up to its result");
        }
        var applied = new SplitBsdiff(old, out, newSize);
        try (InputStream controlIn = control.open(patch);
                DifferenceReader differenceIn = differences.openDifferences(patch);
                InputStream extraIn = extra.open(patch)) {
            applied.run(controlIn, differenceIn, extraIn);
            requireEnd(controlIn);
            requireEnd(extraIn);
            differenceIn.requireEnd();
        }
        if (patch.hasRemaining()) {
            throw new PatchException(patch.remaining() + " bytes follow the patch");
        }
    }

    private void run(InputStream control, DifferenceReader differences, InputStream extra)
            throws IOException {
        long position = seek(control, 0);
        while (produced + filled < size) {
            long rest = size - produced - filled;
            long fromOld = PatchNumbers.read(control, "a length of differences", rest);
            long fromPatch = PatchNumbers.read(control, "a length of extra bytes", rest - fromOld);
            if (fromOld + fromPatch == 0) {
                throw new PatchException("a record of the patch makes nothing");
            }
            if (position < 0 || fromOld > old.size() - position) {
                throw new PatchException(
                        "the patch reads %d bytes at %d of a source of %d"
                                .formatted(fromOld, position, old.size()));
            }
            addDifferences(differences, position, fromOld);
            takeExtra(extra, fromPatch);
            position += fromOld;
            if (produced + filled < size) {
                position = seek(control, position);
            }
        }
        flush();
    }

    private static long seek(InputStream control, long from) throws IOException {
        return from
                + PatchNumbers.signed(PatchNumbers.read(control, "a seek", 2 * RESULT_BYTES_MAX));
    }

    private void addDifferences(DifferenceReader differences, long from, long length)
            throws IOException {
        differences.startRecord(from);
        for (long done = 0; done < length; ) {
            int count = (int) Math.min(length - done, room());
            old.read(from + done, buffer, filled, count);
            differences.apply(buffer, filled, count);
            filled += count;
            done += count;
        }
    }

    private void takeExtra(InputStream extra, long length) throws IOException {
        for (long done = 0; done < length; ) {
            int count = (int) Math.min(length - done, room());
            if (extra.readNBytes(buffer, filled, count) != count) {
                throw new PatchException("the extra bytes of the patch end too early");
            }
            filled += count;
            done += count;
        }
    }

    private int room() throws IOException {
        if (filled == BUFFER_BYTES) {
            flush();
        }
        return BUFFER_BYTES - filled;
    }

    private void flush() throws IOException {
        out.write(ByteBuffer.wrap(buffer, 0, filled));
        produced += filled;
        filled = 0;
    }

    private static void requireEnd(InputStream stream) throws IOException {
        if (stream.read() >= 0) {
            throw new PatchException("a stream of the patch goes on after the result is complete");
        }
    }
}
