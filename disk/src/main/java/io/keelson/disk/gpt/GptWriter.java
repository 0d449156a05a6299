package io.keelson.disk.gpt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Writes both copies of a table and the protective MBR. */
final class GptWriter {
    private static final int MBR_BYTES = 512;
    private static final int MBR_ENTRY = 446;
    private static final int MBR_SIGNATURE = 510;
    private static final long MBR_SECTORS_MAX = 0xFFFFFFFFL;

    private final GptTable table;
    private final FileChannel disk;
    private final int sectorSize;

    private GptWriter(GptTable table, FileChannel disk) {
        this.table = table;
        this.disk = disk;
        this.sectorSize = table.sectorSize();
    }

    static void write(GptTable table, FileChannel disk) throws IOException {
        GptWriter writer = new GptWriter(table, disk);
        ByteBuffer entries = GptEntry.encode(table.partitions());
        int crc = GptHeader.crc(entries);
        long last = table.diskSectors() - 1;
        long backupEntries = last - GptTable.entrySectors(table.sectorSize());
        // A copy is whole only with its header, so each header follows its entries.
        writer.write(backupEntries, entries);
        writer.write(last, writer.header(last, 1, backupEntries, crc));
        disk.force(true);
        writer.write(2, entries);
        writer.write(1, writer.header(1, last, 2, crc));
        writer.write(0, writer.protectiveMbr());
        disk.force(true);
    }

    private ByteBuffer header(long ownLba, long otherLba, long entriesLba, int crc) {
        var entries = new GptHeader.EntryArray(entriesLba, GptTable.PARTITIONS_MAX, crc);
        return new GptHeader(ownLba, otherLba, table.diskId(), entries, table.lastUsableLba())
                .encode(sectorSize);
    }

    /** UEFI 2.10, 5.2.3: one entry of type 0xEE over the whole disk. */
    private ByteBuffer protectiveMbr() throws IOException {
        ByteBuffer mbr = ByteBuffer.allocate(MBR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (mbr.position() < MBR_ENTRY) {
            if (disk.read(mbr.limit(MBR_ENTRY), mbr.position()) < 0) {
                break;
            }
        }
        mbr.clear();
        mbr.put(MBR_ENTRY, new byte[MBR_SIGNATURE - MBR_ENTRY]);
        // From head 0, sector 2 to the last address CHS can express.
        mbr.put(MBR_ENTRY + 2, (byte) 0x02);
        mbr.put(MBR_ENTRY + 4, (byte) 0xEE);
        mbr.put(MBR_ENTRY + 5, new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
        mbr.putInt(MBR_ENTRY + 8, 1);
        mbr.putInt(MBR_ENTRY + 12, (int) Math.min(table.diskSectors() - 1, MBR_SECTORS_MAX));
        return mbr.putShort(MBR_SIGNATURE, (short) 0xAA55);
    }

    private void write(long lba, ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate().clear();
        while (rest.hasRemaining()) {
            disk.write(rest, lba * sectorSize + rest.position());
        }
    }
}
