package io.keelson.disk.fat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Writes a FAT32 file system (Microsoft FAT specification 1.03): sparse, with long names, and the
 * same bytes for the same input.
 */
public final class Fat32Image {
    private static final byte[] LABEL = "ESP        ".getBytes(StandardCharsets.US_ASCII);
    private static final int COPY_BYTES = 1 << 20;
    private static final long FILE_BYTES_MAX = 0xFFFFFFFFL;
    private static final int FSINFO_SECTOR = 1;
    private static final int BACKUP_SECTOR = 6;
    private static final int MEDIA_FIXED = 0x0FFFFFF8;
    private static final int END_OF_CHAIN = 0x0FFFFFFF;

    private final FileChannel out;
    private final FatVolume volume;
    private final FatGeometry geometry;

    /** First cluster of every chain; chains are contiguous and follow each other. */
    private final List<Long> chainStarts = new ArrayList<>();

    private long nextCluster = FatGeometry.FIRST_CLUSTER;

    private Fat32Image(FileChannel out, FatVolume volume) {
        this.out = out;
        this.volume = volume;
        this.geometry = FatGeometry.of(volume);
    }

    /**
     * Writes the file system into a place that reads as zeros; does not flush.
     *
     * @param files by absolute path such as {@code /EFI/BOOT/BOOTX64.EFI}; directories are made
     * @throws IllegalArgumentException for a name FAT cannot hold, two names that differ in case
     *     only, or a volume too small for FAT32
     * @throws IOException also when the files do not fit
     */
    public static void write(FileChannel out, FatVolume volume, SortedMap<String, ByteSource> files)
            throws IOException {
        Fat32Image image = new Fat32Image(out, volume);
        FatDirectory root = FatDirectory.of(files);
        long rootCluster = image.allocate(root.sizeBytes(true));
        image.writeDirectory(root, rootCluster, Optional.empty());
        image.writeTables();
        image.writeReserved(rootCluster);
        image.fillToEnd();
    }

    /**
     * @param parent first cluster of the parent as ".." has it; empty for the root itself
     */
    private void writeDirectory(FatDirectory directory, long cluster, Optional<Long> parent)
            throws IOException {
        List<FatDirectory.Place> places = new ArrayList<>();
        for (FatDirectory.Child child : directory.children()) {
            places.add(
                    switch (child) {
                        case FatDirectory.Child.File file -> writeFile(file);
                        case FatDirectory.Child.Directory(_, var below) -> {
                            long start = allocate(below.sizeBytes(false));
                            // ".." of a directory in the root is 0, whatever the root's cluster.
                            writeDirectory(
                                    below, start, Optional.of(parent.isEmpty() ? 0L : cluster));
                            yield new FatDirectory.Place(start, 0);
                        }
                    });
        }
        Optional<byte[]> label = parent.isEmpty() ? Optional.of(LABEL) : Optional.empty();
        put(
                geometry.clusterOffset(cluster),
                directory.encode(
                        places, label, new FatDirectory.Place(cluster, 0), parent.orElse(0L)));
    }

    private FatDirectory.Place writeFile(FatDirectory.Child.File file) throws IOException {
        long size = file.content().size();
        if (size > FILE_BYTES_MAX) {
            throw new IOException(
                    "%s has %d bytes, more than a file on FAT can have"
                            .formatted(file.name(), size));
        }
        if (size == 0) {
            return new FatDirectory.Place(0, 0);
        }
        long start = allocate(size);
        long offset = geometry.clusterOffset(start);
        long done = 0;
        try (InputStream in = file.content().open()) {
            byte[] buffer = new byte[COPY_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (done + count > size) {
                    throw new IOException(
                            "%s is longer than its %d bytes".formatted(file.name(), size));
                }
                put(offset + done, ByteBuffer.wrap(buffer, 0, count));
                done += count;
            }
        }
        if (done != size) {
            throw new IOException(
                    "%s ended after %d of %d bytes".formatted(file.name(), done, size));
        }
        return new FatDirectory.Place(start, size);
    }

    private long allocate(long bytes) throws IOException {
        long start = nextCluster;
        long end = start + geometry.clustersFor(bytes);
        if (end > geometry.clusters() + FatGeometry.FIRST_CLUSTER) {
            throw new IOException(
                    "the files do not fit in a FAT file system of %d bytes"
                            .formatted(volume.sizeBytes()));
        }
        chainStarts.add(start);
        nextCluster = end;
        return start;
    }

    private void writeTables() throws IOException {
        ByteBuffer table =
                ByteBuffer.allocate(Math.toIntExact(nextCluster * FatGeometry.ENTRY_BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(MEDIA_FIXED).putInt(END_OF_CHAIN);
        for (int i = 0; i < chainStarts.size(); i++) {
            long end = i + 1 < chainStarts.size() ? chainStarts.get(i + 1) : nextCluster;
            for (long cluster = chainStarts.get(i); cluster < end; cluster++) {
                table.putInt(cluster + 1 == end ? END_OF_CHAIN : (int) (cluster + 1));
            }
        }
        table.flip();
        for (int copy = 0; copy < FatGeometry.FATS; copy++) {
            put(geometry.fatOffset(copy), table.duplicate());
        }
    }

    private void writeReserved(long rootCluster) throws IOException {
        ByteBuffer boot = bootSector(rootCluster);
        ByteBuffer info = fsInfo();
        for (int first : List.of(0, BACKUP_SECTOR)) {
            put((long) first * geometry.sectorSize(), boot.duplicate());
            put((long) (first + FSINFO_SECTOR) * geometry.sectorSize(), info.duplicate());
        }
    }

    private ByteBuffer bootSector(long rootCluster) {
        ByteBuffer b = ByteBuffer.allocate(geometry.sectorSize()).order(ByteOrder.LITTLE_ENDIAN);
        b.put(0, new byte[] {(byte) 0xEB, 0x58, (byte) 0x90});
        b.put(3, "KEELSON ".getBytes(StandardCharsets.US_ASCII));
        b.putShort(11, (short) geometry.sectorSize());
        b.put(13, (byte) geometry.sectorsPerCluster());
        b.putShort(14, (short) FatGeometry.RESERVED_SECTORS);
        b.put(16, (byte) FatGeometry.FATS);
        b.put(21, (byte) MEDIA_FIXED);
        // CHS geometry: not used, but tools want it not to be zero.
        b.putShort(24, (short) 63).putShort(26, (short) 255);
        b.putInt(28, (int) (volume.offsetBytes() / geometry.sectorSize()));
        b.putInt(32, (int) geometry.totalSectors());
        b.putInt(36, (int) geometry.fatSectors());
        b.putInt(44, (int) rootCluster);
        b.putShort(48, (short) FSINFO_SECTOR).putShort(50, (short) BACKUP_SECTOR);
        b.put(64, (byte) 0x80).put(66, (byte) 0x29);
        b.putInt(67, volume.volumeId());
        b.put(71, LABEL);
        b.put(82, "FAT32   ".getBytes(StandardCharsets.US_ASCII));
        return b.putShort(510, (short) 0xAA55);
    }

    private ByteBuffer fsInfo() {
        ByteBuffer b = ByteBuffer.allocate(geometry.sectorSize()).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0, 0x41615252).putInt(484, 0x61417272);
        long used = nextCluster - FatGeometry.FIRST_CLUSTER;
        b.putInt(488, (int) (geometry.clusters() - used)).putInt(492, (int) nextCluster);
        return b.putShort(510, (short) 0xAA55);
    }

    /** A file that ends before the volume does is read as damaged. */
    private void fillToEnd() throws IOException {
        if (out.size() < volume.offsetBytes() + volume.sizeBytes()) {
            put(volume.sizeBytes() - 1, ByteBuffer.allocate(1));
        }
    }

    private void put(long offset, ByteBuffer bytes) throws IOException {
        long position = volume.offsetBytes() + offset;
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }
}
