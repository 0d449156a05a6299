package io.keelson.payload.operation;

import io.keelson.host.bzip2.Bzip2InputStream;
import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.PatchSink;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Applies patches of bsdiff, in the two containers that payloads carry:
 *
 * <pre>
 *    0 char[8] "BSDIFF40", or char[5] "BSDF2" and a compressor for each stream
 *    8 i64 length of the control stream     16 i64 length of the difference stream
 *   24 i64 length of the result             32 the control, difference and extra streams
 * </pre>
 *
 * <p>Numbers are little-endian magnitudes with a sign bit. The control stream is triples: add so
 * many difference bytes to the old ones, then copy so many extra bytes, then move so far in the old
 * ones (bspatch(1) of Debian's bsdiff; AOSP's bsdiff/patch_reader for BSDF2). Old bytes outside of
 * the old file count as zeros, as bspatch has it.
 */
final class Bsdiff {
    private static final int HEADER_BYTES = 32;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int COMPRESSOR_BZIP2 = 1;
    private static final int COMPRESSOR_BROTLI = 2;

    private final SourceBytes old;
    private final PatchSink out;
    private final long newSize;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final byte[] oldPiece = new byte[PIECE_BYTES];

    private Bsdiff(SourceBytes old, long newSize, PatchSink out) {
        this.old = old;
        this.newSize = newSize;
        this.out = out;
    }

    /**
     * @param patch all that remains of it
     * @param brotli reads the streams of BSDF2 that bzip2 does not
     */
    static void apply(
            SourceBytes old, ByteBuffer patch, long newSize, StreamOpener brotli, PatchSink out)
            throws IOException {
        if (patch.remaining() < HEADER_BYTES) {
            throw new PatchException("a bsdiff patch has a header of 32 bytes, this one is cut");
        }
        ByteBuffer header = patch.slice().order(ByteOrder.LITTLE_ENDIAN);
        int[] compressors = compressors(header);
        long controlBytes = number(header.getLong(8));
        long diffBytes = number(header.getLong(16));
        long size = number(header.getLong(24));
        long rest = (long) header.capacity() - HEADER_BYTES;
        boolean isInside = controlBytes >= 0 && controlBytes <= rest && diffBytes >= 0;
        if (!isInside || diffBytes > rest - controlBytes) {
            throw new PatchException("the streams of the bsdiff patch are longer than the patch");
        }
        if (size != newSize) {
            throw new PatchException(
                    "the bsdiff patch makes " + size + " bytes, the operation writes " + newSize);
        }
        int diffAt = HEADER_BYTES + (int) controlBytes;
        int extraAt = diffAt + (int) diffBytes;
        ByteBuffer controlPart = header.slice(HEADER_BYTES, (int) controlBytes);
        ByteBuffer diffPart = header.slice(diffAt, (int) diffBytes);
        ByteBuffer extraPart = header.slice(extraAt, header.capacity() - extraAt);
        try (InputStream control = open(compressors[0], controlPart, brotli);
                InputStream diff = open(compressors[1], diffPart, brotli);
                InputStream extra = open(compressors[2], extraPart, brotli)) {
            new Bsdiff(old, newSize, out).run(control, diff, extra);
        }
    }

    private static int[] compressors(ByteBuffer header) throws PatchException {
        byte[] magic = new byte[8];
        header.get(0, magic);
        if (new String(magic, StandardCharsets.ISO_8859_1).equals("BSDIFF40")) {
            return new int[] {COMPRESSOR_BZIP2, COMPRESSOR_BZIP2, COMPRESSOR_BZIP2};
        }
        if (new String(magic, 0, 5, StandardCharsets.ISO_8859_1).equals("BSDF2")) {
            return new int[] {magic[5], magic[6], magic[7]};
        }
        throw new PatchException("the data is not a bsdiff patch (BSDIFF40 or BSDF2)");
    }

    private static InputStream open(int compressor, ByteBuffer part, StreamOpener brotli)
            throws IOException {
        return switch (compressor) {
            case COMPRESSOR_BZIP2 -> new Bzip2InputStream(part);
            case COMPRESSOR_BROTLI -> brotli.open(part);
            default ->
                    throw new PatchException(
                            "a stream of the bsdiff patch has compressor "
                                    + compressor
                                    + "; 1 (bzip2) and 2 (Brotli) are known");
        };
    }

    private void run(InputStream control, InputStream diff, InputStream extra) throws IOException {
        long written = 0;
        long oldPosition = 0;
        boolean wasEmpty = false;
        while (written < newSize) {
            long add = number(controlNumber(control));
            long copy = number(controlNumber(control));
            long move = number(controlNumber(control));
            if (add < 0 || copy < 0 || add > newSize - written || copy > newSize - written - add) {
                throw new PatchException("the bsdiff patch writes past its end at byte " + written);
            }
            // A few bytes of bzip2 could hold steps without end that make nothing.
            boolean isEmpty = add == 0 && copy == 0;
            if (isEmpty && wasEmpty) {
                throw new PatchException("the bsdiff patch stands still at byte " + written);
            }
            wasEmpty = isEmpty;
            addDifference(diff, oldPosition, add);
            copyExtra(extra, copy);
            written += add + copy;
            oldPosition = moved(moved(oldPosition, add), move);
        }
        if (diff.read() != -1 || extra.read() != -1) {
            throw new PatchException(
                    "the bsdiff patch has more bytes than its control stream uses");
        }
    }

    private void addDifference(InputStream diff, long start, long bytes) throws IOException {
        for (long done = 0; done < bytes; ) {
            int count = (int) Math.min(PIECE_BYTES, bytes - done);
            fill(diff, count, "difference");
            readOld(start + done, count);
            for (int i = 0; i < count; i++) {
                piece[i] += oldPiece[i];
            }
            out.write(ByteBuffer.wrap(piece, 0, count));
            done += count;
        }
    }

    private void copyExtra(InputStream extra, long bytes) throws IOException {
        for (long done = 0; done < bytes; ) {
            int count = (int) Math.min(PIECE_BYTES, bytes - done);
            fill(extra, count, "extra");
            out.write(ByteBuffer.wrap(piece, 0, count));
            done += count;
        }
    }

    private void fill(InputStream from, int count, String name) throws IOException {
        if (from.readNBytes(piece, 0, count) != count) {
            throw new PatchException("the " + name + " stream of the bsdiff patch is cut short");
        }
    }

    private void readOld(long position, int count) throws IOException {
        long from = Math.clamp(position, 0, old.size());
        long to = Math.clamp(position + count, 0, old.size());
        if (to - from < count) {
            Arrays.fill(oldPiece, 0, count, (byte) 0);
        }
        if (to > from) {
            old.read(from, ByteBuffer.wrap(oldPiece, (int) (from - position), (int) (to - from)));
        }
    }

    private static long controlNumber(InputStream control) throws IOException {
        byte[] bytes = control.readNBytes(Long.BYTES);
        if (bytes.length != Long.BYTES) {
            throw new PatchException("the control stream of the bsdiff patch is cut short");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static long moved(long position, long by) throws PatchException {
        try {
            long moved = Math.addExact(position, by);
            if (moved > -(1L << 62) && moved < 1L << 62) {
                return moved;
            }
        } catch (ArithmeticException _) {
            // Said below.
        }
        throw new PatchException("the bsdiff patch moves out of all bounds in the old file");
    }

    /** The top bit is the sign, the others are the magnitude. */
    private static long number(long raw) {
        long magnitude = raw & Long.MAX_VALUE;
        return raw < 0 ? -magnitude : magnitude;
    }
}
