package io.keelson.image.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A qcow2 image, version 3 (QEMU, docs/interop/qcow2.txt): header, first level table, then clusters
 * in the order of the disk, each second level table behind the clusters it lists, reference counts
 * at the end.
 */
final class Qcow2Image {
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER_BYTES = 1 << CLUSTER_BITS;
    private static final int ENTRIES = CLUSTER_BYTES / Long.BYTES;
    private static final int COUNTS_PER_BLOCK = CLUSTER_BYTES / Short.BYTES;
    private static final int HEADER_BYTES = 104;
    private static final int MAGIC = 0x514649FB;
    private static final int SECTOR_BYTES = 512;

    /** Set where a cluster has exactly one user. */
    private static final long COPIED = 1L << 63;

    private static final long COMPRESSED = 1L << 62;

    /** Where the number of further sectors of a compressed cluster is: 62 - (cluster_bits - 8). */
    private static final int SECTORS_SHIFT = 62 - (CLUSTER_BITS - 8);

    private final Disk disk;
    private final NewFile out;
    private final ByteBuffer first;
    private ByteBuffer second = ByteBuffer.allocate(CLUSTER_BYTES);
    private long secondIndex = -1;
    private short[] counts = new short[1024];

    /** Behind all that is written; compressed clusters follow each other without gaps. */
    private long end;

    private Qcow2Image(Disk disk, NewFile out) {
        this.disk = disk;
        this.out = out;
        long clusters = (disk.sizeBytes() + CLUSTER_BYTES - 1) / CLUSTER_BYTES;
        int entries = (int) ((clusters + ENTRIES - 1) / ENTRIES);
        this.first = ByteBuffer.allocate((int) Disk.roundUp(8L * entries, CLUSTER_BYTES));
        first.limit(8 * entries);
    }

    static void write(Disk disk, boolean compressed, Path file) throws IOException {
        try (NewFile out = NewFile.create(file)) {
            new Qcow2Image(disk, out).write(compressed);
        }
    }

    private void write(boolean compressed) throws IOException {
        long header = allocate(1);
        long firstOffset = allocate(first.capacity() / CLUSTER_BYTES);
        if (compressed) {
            Deflated.forEachChunk(disk, CLUSTER_BYTES, Deflated.Wrapping.NONE, this::putCompressed);
        } else {
            disk.forEachChunk(CLUSTER_BYTES, this::put);
        }
        flushSecond();
        out.write(firstOffset, first.duplicate().clear());
        writeHeader(header, firstOffset, writeCounts());
    }

    private void put(long index, byte[] cluster) throws IOException {
        enter(index);
        long offset = allocate(1);
        out.write(offset, cluster);
        second.putLong((int) (index % ENTRIES) * Long.BYTES, offset | COPIED);
    }

    private void putCompressed(long index, byte[] cluster, byte[] packed) throws IOException {
        if (packed.length >= CLUSTER_BYTES) {
            put(index, cluster);
            return;
        }
        enter(index);
        long start = end;
        long last = start + packed.length - 1;
        out.write(start, packed);
        end = last + 1;
        for (long used = start / CLUSTER_BYTES; used <= last / CLUSTER_BYTES; used++) {
            count(used);
        }
        long sectors = last / SECTOR_BYTES - start / SECTOR_BYTES;
        second.putLong(
                (int) (index % ENTRIES) * Long.BYTES,
                COMPRESSED | (sectors << SECTORS_SHIFT) | start);
    }

    /** Goes on to the second level table of a cluster. */
    private void enter(long index) throws IOException {
        if (index / ENTRIES != secondIndex) {
            flushSecond();
            secondIndex = index / ENTRIES;
        }
    }

    private void flushSecond() throws IOException {
        if (secondIndex >= 0) {
            long offset = allocate(1);
            out.write(offset, second.duplicate().clear());
            first.putLong((int) secondIndex * Long.BYTES, offset | COPIED);
            second = ByteBuffer.allocate(CLUSTER_BYTES);
        }
    }

    private long allocate(int clusters) {
        long offset = Disk.roundUp(end, CLUSTER_BYTES);
        end = offset + (long) clusters * CLUSTER_BYTES;
        for (int i = 0; i < clusters; i++) {
            count(offset / CLUSTER_BYTES + i);
        }
        return offset;
    }

    private void count(long cluster) {
        int index = Math.toIntExact(cluster);
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(index + 1, counts.length * 2));
        }
        counts[index]++;
    }

    private record CountTable(long offset, int clusters) {}

    /** The counts have clusters of their own, which are counted too. */
    private CountTable writeCounts() throws IOException {
        long used = Disk.roundUp(end, CLUSTER_BYTES) / CLUSTER_BYTES;
        int blocks = 0;
        int tables = 0;
        while ((long) blocks * COUNTS_PER_BLOCK < used + blocks + tables) {
            blocks++;
            tables = (blocks + ENTRIES - 1) / ENTRIES;
        }
        long table = allocate(tables);
        long block = allocate(blocks);
        ByteBuffer entries = ByteBuffer.allocate(tables * CLUSTER_BYTES);
        ByteBuffer all = ByteBuffer.allocate(blocks * CLUSTER_BYTES);
        all.asShortBuffer().put(counts, 0, (int) (end / CLUSTER_BYTES));
        for (int i = 0; i < blocks; i++) {
            entries.putLong(block + (long) i * CLUSTER_BYTES);
        }
        out.write(table, entries.array());
        out.write(block, all.array());
        return new CountTable(table, tables);
    }

    private void writeHeader(long offset, long firstOffset, CountTable counts) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(CLUSTER_BYTES);
        b.putInt(MAGIC).putInt(3).putLong(0).putInt(0).putInt(CLUSTER_BITS);
        b.putLong(disk.sizeBytes()).putInt(0);
        b.putInt(first.limit() / Long.BYTES).putLong(firstOffset);
        b.putLong(counts.offset).putInt(counts.clusters).putInt(0).putLong(0);
        b.putLong(0).putLong(0).putLong(0).putInt(4).putInt(HEADER_BYTES);
        out.write(offset, b.array());
    }
}
