package io.keelson.image.convert;

import io.keelson.disk.fat.ByteSource;
import io.keelson.disk.fat.Fat32Image;
import io.keelson.disk.fat.Fat32Reader;
import io.keelson.disk.fat.FatVolume;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.gpt.PartitionType;
import io.keelson.host.SparseFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A sparse copy of a disk that may be changed before it is converted; gone afterwards. */
final class WorkingCopy implements AutoCloseable {
    private static final int ZEROS_BYTES = 1 << 20;

    private final Path file;

    private WorkingCopy(Path file) {
        this.file = file;
    }

    static WorkingCopy of(Disk disk, Path file) throws IOException {
        WorkingCopy copy = new WorkingCopy(file);
        try {
            RawImage.write(disk, file);
            return copy;
        } catch (IOException e) {
            copy.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    /**
     * Makes the disk longer; the backup of its partition table, if it has one, moves to the end.
     */
    void grow(long bytes) throws IOException {
        try (FileChannel disk =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long old = disk.size();
            Optional<GptTable> table = table(disk);
            SparseFile.resize(file, bytes);
            if (table.isPresent()) {
                GptTable t = table.get();
                int backup = (int) ((t.diskSectors() - 1 - t.lastUsableLba()) * t.sectorSize());
                ByteBuffer zeros = ByteBuffer.allocate(backup);
                disk.write(zeros, old - backup);
                new GptTable(t.diskId(), t.sectorSize(), bytes / t.sectorSize(), t.partitions())
                        .write(disk);
            }
        }
    }

    /** Puts one more file on the EFI system partition. */
    void putOnEsp(String path, byte[] content) throws IOException {
        try (FileChannel disk =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            GptTable table =
                    table(disk)
                            .orElseThrow(() ->
                                    new IOException(
                                            "the disk has no partition table: give the disk.img of a built image"));
            GptPartition esp =
                    table.partitions().stream()
                            .filter(each -> each.type().equals(PartitionType.ESP))
                            .findFirst()
                            .orElseThrow(
                                    () -> new IOException("the disk has no EFI system partition"));
            long offset = esp.firstLba() * table.sectorSize();
            long end = (esp.lastLba() + 1) * table.sectorSize();
            Fat32Reader.Content old = Fat32Reader.read(disk, offset);
            SortedMap<String, ByteSource> files = new TreeMap<>(old.files());
            files.put(path, ByteSource.of(content));
            clear(disk, offset, end);
            Fat32Image.write(
                    disk,
                    new FatVolume(offset, end - offset, old.sectorSize(), old.volumeId()),
                    files);
        }
    }

    /** Only what is not a hole: writing zeros over a hole would fill it. */
    private void clear(FileChannel disk, long from, long to) throws IOException {
        for (SparseFile.Extent extent : SparseFile.dataExtents(file)) {
            long end = Math.min(to, extent.end());
            for (long at = Math.max(from, extent.offset()); at < end; at += ZEROS_BYTES) {
                disk.write(ByteBuffer.allocate((int) Math.min(ZEROS_BYTES, end - at)), at);
            }
        }
    }

    static Optional<GptTable> table(FileChannel disk) {
        return table(disk, 512).or(() -> table(disk, 4096));
    }

    private static Optional<GptTable> table(FileChannel disk, int sectorSize) {
        try {
            return Optional.of(GptTable.read(disk, sectorSize));
        } catch (IOException e) {
            // Not with these sectors; a disk without a table has nothing that must move.
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
