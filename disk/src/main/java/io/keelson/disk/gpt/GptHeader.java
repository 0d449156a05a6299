package io.keelson.disk.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A table's header (UEFI 2.10, 5.3.2), 92 bytes, little-endian.
 *
 * <pre>
 *  0 char[8] "EFI PART"   8 u32 revision      12 u32 header size   16 u32 header CRC   20 u32 0
 * 24 u64 own LBA         32 u64 other LBA     40 u64 first usable  48 u64 last usable
 * 56 guid disk           72 u64 entries LBA   80 u32 entry count   84 u32 entry size
 * 88 u32 entries CRC
 * </pre>
 */
record GptHeader(long ownLba, long otherLba, UUID diskId, EntryArray entries, long lastUsableLba) {
    static final int BYTES = 92;
    private static final long SIGNATURE = 0x5452415020494645L;
    private static final int REVISION = 0x00010000;

    /** Where the entries are, and their checksum. */
    record EntryArray(long lba, int count, int crc) {}

    /** The header in a sector of its own. */
    ByteBuffer encode(int sectorSize) {
        ByteBuffer sector = ByteBuffer.allocate(sectorSize).order(ByteOrder.LITTLE_ENDIAN);
        sector.putLong(0, SIGNATURE).putInt(8, REVISION).putInt(12, BYTES);
        sector.putLong(24, ownLba).putLong(32, otherLba);
        sector.putLong(40, 2 + GptTable.entrySectors(sectorSize)).putLong(48, lastUsableLba);
        putGuid(sector, 56, diskId);
        sector.putLong(72, entries.lba).putInt(80, entries.count).putInt(84, GptTable.ENTRY_BYTES);
        sector.putInt(88, entries.crc);
        return sector.putInt(16, crc(sector.slice(0, BYTES)));
    }

    static GptHeader decode(ByteBuffer sector, long lba, long diskSectors)
            throws GptDamageException {
        sector.order(ByteOrder.LITTLE_ENDIAN);
        require(sector.getLong(0) == SIGNATURE, "it has no signature");
        require(sector.getInt(8) == REVISION, "its revision is not 1.0");
        int size = sector.getInt(12);
        require(size >= BYTES && size <= sector.capacity(), "its size is " + size);
        int stored = sector.getInt(16);
        ByteBuffer copy = ByteBuffer.allocate(size).put(0, sector, 0, size);
        require(crc(copy.putInt(16, 0)) == stored, "its checksum is wrong");
        require(sector.getLong(24) == lba, "it says it is at sector " + sector.getLong(24));
        int count = sector.getInt(80);
        require(count >= 1 && count <= GptTable.PARTITIONS_MAX, "it has " + count + " entries");
        int entryBytes = sector.getInt(84);
        require(entryBytes == GptTable.ENTRY_BYTES, "its entries have " + entryBytes + " bytes");
        long entriesLba = sector.getLong(72);
        require(
                entriesLba > 0 && entriesLba < diskSectors,
                "its entries are outside the disk, at sector " + entriesLba);
        return new GptHeader(
                lba,
                sector.getLong(32),
                getGuid(sector, 56),
                new EntryArray(entriesLba, count, sector.getInt(88)),
                sector.getLong(48));
    }

    private static void require(boolean condition, String damage) throws GptDamageException {
        if (!condition) {
            throw new GptDamageException(damage);
        }
    }

    static int crc(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** The first three fields of a GUID are little-endian on disk, the rest is in text order. */
    static void putGuid(ByteBuffer out, int offset, UUID id) {
        long high = id.getMostSignificantBits();
        out.putInt(offset, (int) (high >>> 32));
        out.putShort(offset + 4, (short) (high >>> 16));
        out.putShort(offset + 6, (short) high);
        out.putLong(offset + 8, Long.reverseBytes(id.getLeastSignificantBits()));
    }

    static UUID getGuid(ByteBuffer in, int offset) {
        long high =
                Integer.toUnsignedLong(in.getInt(offset)) << 32
                        | Short.toUnsignedLong(in.getShort(offset + 4)) << 16
                        | Short.toUnsignedLong(in.getShort(offset + 6));
        return new UUID(high, Long.reverseBytes(in.getLong(offset + 8)));
    }
}
