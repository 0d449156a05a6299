package io.keelson.image.convert;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * What Google Compute Engine imports: a tar of the old GNU kind, gzipped, whose only member is
 * called {@code disk.raw} and may be sparse (GNU tar manual, "Storing Sparse Files").
 */
final class GceArchive {
    /** Disks come in whole GiB. */
    static final long SIZE_MULTIPLE_BYTES = 1L << 30;

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int RECORD_BYTES = 512;
    private static final int BLOCKING_BYTES = 20 * RECORD_BYTES;
    private static final int RUNS_IN_HEADER = 4;
    private static final int RUNS_IN_EXTENSION = 21;
    private static final int SPARSE_AT = 386;
    private static final int MORE_IN_HEADER_AT = 482;
    private static final int REAL_SIZE_AT = 483;
    private static final int MORE_IN_EXTENSION_AT = 504;
    private static final int CHECKSUM_AT = 148;
    private static final int SIZE_AT = 124;
    private static final long OCTAL_MAX = (1L << 33) - 1;

    private record Run(long offset, long length) {}

    private GceArchive() {}

    static void write(Disk disk, Path file) throws IOException {
        List<Run> runs = runs(disk);
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
                OutputStream out = new GZIPOutputStream(raw, CHUNK_BYTES)) {
            long written = header(out, runs, disk.sizeBytes());
            long[] data = {0};
            disk.forEachChunk(
                    CHUNK_BYTES,
                    (index, chunk) -> {
                        long left = disk.sizeBytes() - index * CHUNK_BYTES;
                        int length = (int) Math.min(chunk.length, left);
                        out.write(chunk, 0, length);
                        data[0] += length;
                    });
            written += data[0];
            long whole = Disk.roundUp(written, RECORD_BYTES) + 2L * RECORD_BYTES;
            out.write(new byte[(int) (Disk.roundUp(whole, BLOCKING_BYTES) - written)]);
        }
    }

    /** The map comes first in the archive, so the disk is read twice. */
    private static List<Run> runs(Disk disk) throws IOException {
        List<Run> runs = new ArrayList<>();
        long size = disk.sizeBytes();
        disk.forEachChunk(
                CHUNK_BYTES,
                (index, _) -> {
                    long offset = index * CHUNK_BYTES;
                    long length = Math.min(CHUNK_BYTES, size - offset);
                    if (!runs.isEmpty()
                            && runs.getLast().offset + runs.getLast().length == offset) {
                        Run last = runs.removeLast();
                        runs.add(new Run(last.offset, last.length + length));
                    } else {
                        runs.add(new Run(offset, length));
                    }
                });
        // A run without bytes at the end tells the reader where the hole before it ends.
        runs.add(new Run(size, 0));
        return runs;
    }

    private static long header(OutputStream out, List<Run> runs, long size) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(RECORD_BYTES);
        b.put(ascii("disk.raw"));
        b.put(100, ascii("0000644\0")).put(108, ascii("0000000\0")).put(116, ascii("0000000\0"));
        number(b, SIZE_AT, runs.stream().mapToLong(Run::length).sum());
        number(b, SIZE_AT + 12, 0);
        b.put(CHECKSUM_AT, ascii("        ")).put(156, (byte) 'S');
        b.put(257, ascii("ustar  \0"));
        int taken = Math.min(RUNS_IN_HEADER, runs.size());
        putRuns(b, SPARSE_AT, runs.subList(0, taken));
        b.put(MORE_IN_HEADER_AT, (byte) (taken < runs.size() ? 1 : 0));
        number(b, REAL_SIZE_AT, size);
        int sum = 0;
        for (byte each : b.array()) {
            sum += Byte.toUnsignedInt(each);
        }
        b.put(CHECKSUM_AT, ascii("%06o\0 ".formatted(sum)));
        out.write(b.array());
        long written = RECORD_BYTES;
        while (taken < runs.size()) {
            int upTo = Math.min(taken + RUNS_IN_EXTENSION, runs.size());
            ByteBuffer more = ByteBuffer.allocate(RECORD_BYTES);
            putRuns(more, 0, runs.subList(taken, upTo));
            more.put(MORE_IN_EXTENSION_AT, (byte) (upTo < runs.size() ? 1 : 0));
            out.write(more.array());
            written += RECORD_BYTES;
            taken = upTo;
        }
        return written;
    }

    private static void putRuns(ByteBuffer b, int at, List<Run> runs) {
        for (int i = 0; i < runs.size(); i++) {
            number(b, at + 24 * i, runs.get(i).offset);
            number(b, at + 24 * i + 12, runs.get(i).length);
        }
    }

    /** Eleven octal digits, or from 8 GiB on GNU's base-256 form. */
    private static void number(ByteBuffer b, int at, long value) {
        if (value <= OCTAL_MAX) {
            b.put(at, ascii("%011o\0".formatted(value)));
        } else {
            b.put(at, (byte) 0x80).putLong(at + 4, value);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
