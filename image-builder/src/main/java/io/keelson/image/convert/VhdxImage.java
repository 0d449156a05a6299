package io.keelson.image.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A dynamic VHDX (Microsoft, [MS-VHDX]): blocks that hold data behind the structures that list
 * them, an empty log, both headers alike but for their sequence number.
 */
final class VhdxImage {
    private static final int MIB = 1 << 20;
    private static final int KIB_64 = 1 << 16;
    private static final int HEADER_BYTES = 4096;
    private static final int CHECKSUM_AT = 4;
    private static final int LOGICAL_SECTOR_BYTES = 512;
    private static final int PHYSICAL_SECTOR_BYTES = 4096;
    private static final long LOG_AT = MIB;
    private static final long METADATA_AT = 2L * MIB;
    private static final long TABLE_AT = 3L * MIB;
    private static final int BLOCK_BYTES = 2 * MIB;

    /** What the format holds at most: 64 TiB. */
    private static final long DISK_BYTES_MAX = 64L << 40;

    private static final long FULLY_PRESENT = 6;

    /** A sector bitmap entry follows that many blocks ([MS-VHDX] 2.5.1). */
    private static final long CHUNK_RATIO = (1L << 23) * LOGICAL_SECTOR_BYTES / BLOCK_BYTES;

    private static final UUID REGION_TABLE =
            UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");
    private static final UUID REGION_METADATA =
            UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");

    private static final int FLAG_VIRTUAL_DISK = 2;
    private static final int FLAG_REQUIRED = 4;

    private final Disk disk;
    private final DiskIdentity identity;
    private final NewFile out;
    private final long size;

    private VhdxImage(Disk disk, NewFile out) throws IOException {
        this.disk = disk;
        this.identity = DiskIdentity.of(disk);
        this.out = out;
        this.size = disk.sizeBytes();
        if (size > DISK_BYTES_MAX) {
            throw new IOException("a VHDX holds at most 64 TiB, this disk has " + size + " bytes");
        }
    }

    static void write(Disk disk, Path file) throws IOException {
        try (NewFile out = NewFile.create(file)) {
            new VhdxImage(disk, out).write();
        }
    }

    private void write() throws IOException {
        long blocks = (size + BLOCK_BYTES - 1) / BLOCK_BYTES;
        int entries = Math.toIntExact(blocks + (blocks - 1) / CHUNK_RATIO);
        int tableBytes = Math.toIntExact(Disk.roundUp(8L * entries, MIB));
        ByteBuffer table = littleEndian(tableBytes);
        long[] next = {TABLE_AT + tableBytes};
        disk.forEachChunk(
                BLOCK_BYTES,
                (index, block) -> {
                    out.write(next[0], block);
                    // A file offset is in MiB from bit 20 on, so the byte offset fits as it is.
                    int entry = (int) (index + index / CHUNK_RATIO);
                    table.putLong(entry * Long.BYTES, next[0] | FULLY_PRESENT);
                    next[0] += BLOCK_BYTES;
                });
        out.write(TABLE_AT, table.clear());
        out.write(METADATA_AT, metadata());
        out.write(LOG_AT, new byte[1]);
        out.write(3L * KIB_64, regions(tableBytes));
        out.write(4L * KIB_64, regions(tableBytes));
        out.write(KIB_64, header(1));
        out.write(2L * KIB_64, header(2));
        out.write(0, fileIdentifier());
    }

    private static byte[] fileIdentifier() {
        return bytes(
                littleEndian(KIB_64)
                        .put("vhdxfile".getBytes(StandardCharsets.US_ASCII))
                        .put("Keelson".getBytes(StandardCharsets.UTF_16LE)));
    }

    private byte[] header(int sequence) {
        ByteBuffer b = littleEndian(HEADER_BYTES);
        b.put("head".getBytes(StandardCharsets.US_ASCII)).putInt(0).putLong(sequence);
        put(b, identity.uuid("vhdx file"));
        put(b, identity.uuid("vhdx data"));
        put(b, new UUID(0, 0));
        b.putShort((short) 0).putShort((short) 1).putInt(MIB).putLong(LOG_AT);
        return summed(b);
    }

    private static byte[] regions(int tableBytes) {
        ByteBuffer b = littleEndian(KIB_64);
        b.put("regi".getBytes(StandardCharsets.US_ASCII)).putInt(0).putInt(2).putInt(0);
        put(b, REGION_TABLE).putLong(TABLE_AT).putInt(tableBytes).putInt(1);
        put(b, REGION_METADATA).putLong(METADATA_AT).putInt(MIB).putInt(1);
        return summed(b);
    }

    private byte[] metadata() {
        ByteBuffer items = littleEndian(KIB_64);
        ByteBuffer b = littleEndian(2 * KIB_64);
        b.put("metadata".getBytes(StandardCharsets.US_ASCII)).putShort((short) 0);
        b.putShort((short) 5).position(32);
        int virtual = FLAG_VIRTUAL_DISK | FLAG_REQUIRED;
        entry(b, items, "caa16737-fa36-4d43-b3b6-33f0aa44e76b", FLAG_REQUIRED, 8);
        items.putInt(BLOCK_BYTES).putInt(0);
        entry(b, items, "2fa54224-cd1b-4876-b211-5dbed83bf4b8", virtual, 8);
        items.putLong(size);
        entry(b, items, "beca12ab-b2e6-4523-93ef-c309e000c746", virtual, 16);
        put(items, identity.uuid("vhdx disk"));
        entry(b, items, "8141bf1d-a96f-4709-ba47-f233a8faab5f", virtual, 4);
        items.putInt(LOGICAL_SECTOR_BYTES);
        entry(b, items, "cda348c7-445d-4471-9cc9-e9885251c556", virtual, 4);
        items.putInt(PHYSICAL_SECTOR_BYTES);
        return bytes(b.put(KIB_64, bytes(items)));
    }

    private static void entry(ByteBuffer b, ByteBuffer items, String id, int flags, int bytes) {
        put(b, UUID.fromString(id));
        b.putInt(KIB_64 + items.position()).putInt(bytes).putInt(flags).putInt(0);
    }

    private static byte[] summed(ByteBuffer b) {
        CRC32C sum = new CRC32C();
        sum.update(bytes(b));
        return bytes(b.putInt(CHECKSUM_AT, (int) sum.getValue()));
    }

    /** The first three fields are little-endian, the rest is as printed. */
    private static ByteBuffer put(ByteBuffer b, UUID id) {
        long high = id.getMostSignificantBits();
        b.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        return b.putLong(Long.reverseBytes(id.getLeastSignificantBits()));
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
