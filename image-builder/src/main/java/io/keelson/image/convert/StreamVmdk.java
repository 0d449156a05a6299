package io.keelson.image.convert;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A streamOptimized VMDK (VMware, "Virtual Disk Format 5.0"): compressed grains in the order of the
 * disk, tables behind them, written from front to back.
 */
final class StreamVmdk {
    private static final int SECTOR_BYTES = 512;
    private static final int GRAIN_SECTORS = 128;
    private static final int GRAIN_BYTES = GRAIN_SECTORS * SECTOR_BYTES;
    private static final int TABLE_ENTRIES = 512;
    private static final int TABLE_BYTES = TABLE_ENTRIES * Integer.BYTES;
    private static final int DESCRIPTOR_SECTORS = 20;
    private static final int OVERHEAD_SECTORS = 128;

    /** Valid new-line test, compressed grains, markers. */
    private static final int FLAGS = 0x30001;

    private static final short COMPRESS_DEFLATE = 1;
    private static final long DIRECTORY_AT_END = -1L;

    private static final int MARKER_TABLE = 1;
    private static final int MARKER_DIRECTORY = 2;
    private static final int MARKER_FOOTER = 3;

    private final Disk disk;
    private final OutputStream out;
    private final long sectors;
    private final ByteBuffer directory;
    private ByteBuffer table = littleEndian(TABLE_BYTES);
    private int tableIndex = -1;
    private long position;

    private StreamVmdk(Disk disk, OutputStream out) {
        this.disk = disk;
        this.out = out;
        this.sectors = disk.sizeBytes() / SECTOR_BYTES;
        long perTable = (long) GRAIN_SECTORS * TABLE_ENTRIES;
        int tables = (int) ((sectors + perTable - 1) / perTable);
        this.directory = littleEndian((int) Disk.roundUp(4L * tables, SECTOR_BYTES));
    }

    static void write(Disk disk, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            new StreamVmdk(disk, out).write();
        }
    }

    private void write() throws IOException {
        put(header(DIRECTORY_AT_END));
        put(descriptor());
        put(new byte[(int) ((long) OVERHEAD_SECTORS * SECTOR_BYTES - position)]);
        Deflated.forEachChunk(
                disk,
                GRAIN_BYTES,
                Deflated.Wrapping.ZLIB,
                (index, _, packed) -> grain(index, packed));
        flushTable();
        marker(directory.capacity() / SECTOR_BYTES, MARKER_DIRECTORY);
        long directorySector = position / SECTOR_BYTES;
        put(bytes(directory));
        marker(1, MARKER_FOOTER);
        put(header(directorySector));
        put(new byte[SECTOR_BYTES]);
    }

    private void grain(long index, byte[] packed) throws IOException {
        int wanted = (int) (index / TABLE_ENTRIES);
        if (wanted != tableIndex) {
            flushTable();
            tableIndex = wanted;
        }
        table.putInt((int) (index % TABLE_ENTRIES) * Integer.BYTES, sector());
        ByteBuffer b = littleEndian((int) Disk.roundUp(12L + packed.length, SECTOR_BYTES));
        put(bytes(b.putLong(index * GRAIN_SECTORS).putInt(packed.length).put(packed)));
    }

    private void flushTable() throws IOException {
        if (tableIndex >= 0) {
            marker(TABLE_BYTES / SECTOR_BYTES, MARKER_TABLE);
            directory.putInt(tableIndex * Integer.BYTES, sector());
            put(bytes(table));
            table = littleEndian(TABLE_BYTES);
        }
    }

    private int sector() throws IOException {
        long sector = position / SECTOR_BYTES;
        if (sector > 0xFFFF_FFFFL) {
            throw new IOException("the disk's content is too large for a VMDK: use another format");
        }
        return (int) sector;
    }

    private void marker(long sectorsBehind, int type) throws IOException {
        put(bytes(littleEndian(SECTOR_BYTES).putLong(sectorsBehind).putInt(0).putInt(type)));
    }

    private byte[] header(long directorySector) {
        ByteBuffer b = littleEndian(SECTOR_BYTES);
        b.put("KDMV".getBytes(StandardCharsets.US_ASCII)).putInt(3).putInt(FLAGS);
        b.putLong(sectors).putLong(GRAIN_SECTORS).putLong(1).putLong(DESCRIPTOR_SECTORS);
        b.putInt(TABLE_ENTRIES).putLong(0).putLong(directorySector).putLong(OVERHEAD_SECTORS);
        b.put((byte) 0).put(new byte[] {'\n', ' ', '\r', '\n'}).putShort(COMPRESS_DEFLATE);
        return bytes(b);
    }

    private byte[] descriptor() throws IOException {
        DiskIdentity identity = DiskIdentity.of(disk);
        String text =
                """
                # Disk DescriptorFile
                version=1
                CID=%s
                parentCID=ffffffff
                createType="streamOptimized"

                # Extent description
                RW %d SPARSE "disk.vmdk"

                # The Disk Data Base
                #DDB

                ddb.adapterType = "lsilogic"
                ddb.geometry.cylinders = "%d"
                ddb.geometry.heads = "255"
                ddb.geometry.sectors = "63"
                ddb.longContentID = "%s"
                ddb.virtualHWVersion = "14"
                """
                        .formatted(
                                HexFormat.of().toHexDigits(identity.number("vmdk")),
                                sectors,
                                Math.clamp(sectors / (255 * 63), 1L, 65535L),
                                identity.uuid("vmdk")
                                        .toString()
                                        .replace("-", "")
                                        .toLowerCase(Locale.ROOT));
        return Arrays.copyOf(
                text.getBytes(StandardCharsets.US_ASCII), DESCRIPTOR_SECTORS * SECTOR_BYTES);
    }

    private void put(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private static byte[] bytes(ByteBuffer b) {
        byte[] bytes = new byte[b.capacity()];
        b.get(0, bytes);
        return bytes;
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
