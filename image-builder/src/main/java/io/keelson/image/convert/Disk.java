package io.keelson.image.convert;

import io.keelson.host.SparseFile;
import io.keelson.host.SparseFile.Extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * A raw disk image, read chunk by chunk. What is all zeros is left out, whether the file has a hole
 * there or not, so results depend on the content alone.
 */
final class Disk implements AutoCloseable {
    static final int SECTOR_BYTES = 512;

    /** Something that takes the chunks that are not all zeros, in order. */
    interface ChunkSink {
        /**
         * Takes the next one.
         *
         * @param index place on the disk, in chunks
         * @param chunk a whole chunk, zeros behind the end of the disk; the sink may keep it
         */
        void accept(long index, byte[] chunk) throws IOException;
    }

    /** Told how many bytes of the disk are behind us. */
    interface Watcher {
        void at(long done, long total);
    }

    private final FileChannel file;
    private final long fileBytes;
    private final List<Extent> extents;
    private final Watcher watcher;

    private Disk(FileChannel file, long fileBytes, List<Extent> extents, Watcher watcher) {
        this.file = file;
        this.fileBytes = fileBytes;
        this.extents = extents;
        this.watcher = watcher;
    }

    static Disk open(Path path, Watcher watcher) throws IOException {
        List<Extent> extents = SparseFile.dataExtents(path);
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long size = file.size();
            if (size == 0) {
                throw new IOException(path + " is empty: give the disk.img of a built image");
            }
            return new Disk(file, size, extents, watcher);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Whole sectors: a last sector that is not full is filled with zeros. */
    long sizeBytes() {
        return roundUp(fileBytes, SECTOR_BYTES);
    }

    static long roundUp(long bytes, long multiple) {
        return (bytes + multiple - 1) / multiple * multiple;
    }

    /** The first bytes of the disk, fewer only where it is shorter. */
    byte[] head(int bytes) throws IOException {
        return read(0, (int) Math.min(bytes, sizeBytes()));
    }

    void forEachChunk(int chunkBytes, ChunkSink sink) throws IOException {
        byte[] zeros = new byte[chunkBytes];
        long next = 0;
        for (Extent extent : extents) {
            long end = (extent.end() + chunkBytes - 1) / chunkBytes;
            for (long index = Math.max(next, extent.offset() / chunkBytes); index < end; index++) {
                byte[] chunk = read(index * chunkBytes, chunkBytes);
                if (!Arrays.equals(chunk, zeros)) {
                    sink.accept(index, chunk);
                }
                watcher.at(Math.min(fileBytes, (index + 1) * chunkBytes), fileBytes);
            }
            next = Math.max(next, end);
        }
        watcher.at(fileBytes, fileBytes);
    }

    private byte[] read(long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, offset + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
