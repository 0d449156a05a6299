package io.keelson.image.convert;

import io.keelson.disk.gpt.GptTable;
import io.keelson.host.SparseFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A sparse copy of a disk that may be changed before it is converted; gone afterwards. */
final class WorkingCopy implements AutoCloseable {
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
