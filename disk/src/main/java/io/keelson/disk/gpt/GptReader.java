package io.keelson.disk.gpt;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Reads a table from the copy that is whole. */
final class GptReader {
    private static final long PRIMARY_LBA = 1;

    private final FileChannel disk;
    private final int sectorSize;
    private final long diskSectors;

    private GptReader(FileChannel disk, int sectorSize, long diskSectors) {
        this.disk = disk;
        this.sectorSize = sectorSize;
        this.diskSectors = diskSectors;
    }

    static GptTable.Scan scan(FileChannel disk, int sectorSize, long diskBytes) throws IOException {
        long diskSectors = diskBytes / sectorSize;
        GptReader reader = new GptReader(disk, sectorSize, diskSectors);
        try {
            GptTable table = reader.copyAt(PRIMARY_LBA);
            return new GptTable.Scan(table, GptTable.Copy.PRIMARY, Optional.empty());
        } catch (GptDamageException primary) {
            try {
                return new GptTable.Scan(
                        reader.copyAt(diskSectors - 1),
                        GptTable.Copy.BACKUP,
                        Optional.of(primary.reason()));
            } catch (GptDamageException backup) {
                backup.addSuppressed(primary);
                throw new IOException(
                        "the disk has no usable partition table for %d-byte sectors: of the primary, %s; of the backup, %s"
                                .formatted(sectorSize, primary.reason(), backup.reason()),
                        backup);
            }
        }
    }

    private GptTable copyAt(long lba) throws IOException {
        if (lba < PRIMARY_LBA || lba >= diskSectors) {
            throw new GptDamageException("it would be outside the disk");
        }
        GptHeader header = GptHeader.decode(read(lba, sectorSize), lba, diskSectors);
        int entryBytes = header.entries().count() * GptTable.ENTRY_BYTES;
        if (header.entries().lba() * sectorSize + entryBytes > diskSectors * sectorSize) {
            throw new GptDamageException("its entries pass the end of the disk");
        }
        ByteBuffer entries = read(header.entries().lba(), entryBytes);
        if (GptHeader.crc(entries) != header.entries().crc()) {
            throw new GptDamageException("the checksum of its entries is wrong");
        }
        try {
            return new GptTable(header.diskId(), sectorSize, diskSectors, GptEntry.decode(entries));
        } catch (IllegalArgumentException e) {
            throw new GptDamageException("it is not valid: " + e.getMessage());
        }
    }

    private ByteBuffer read(long lba, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (disk.read(buffer, lba * sectorSize + buffer.position()) < 0) {
                throw new EOFException("the disk ends within sector " + lba);
            }
        }
        return buffer.flip();
    }
}
