package io.keelson.payload.generate;

import io.keelson.payload.generate.ChunkCompressor.Chunk;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Compresses partition files chunk by chunk on several cores. Chunks are independent and written in
 * order, so the bytes do not depend on how many cores there are.
 */
final class PartitionCompressor {
    static final int CHUNK_BYTES = 1 << 20;

    private final ExecutorService workers;
    private final int queued;
    private final int level;
    private final OutputStream blobs;
    private final Deque<Future<Chunk>> queue = new ArrayDeque<>();
    private long dataOffset;

    /**
     * @param queued how many chunks may be in memory at once
     * @param blobs receives the data of all operations
     */
    PartitionCompressor(ExecutorService workers, int queued, int level, OutputStream blobs) {
        this.workers = workers;
        this.queued = queued;
        this.level = level;
        this.blobs = blobs;
    }

    /** Bytes of data of all partitions so far. */
    long dataOffset() {
        return dataOffset;
    }

    Compressed compress(Path file, ChunkListener listener)
            throws IOException, InterruptedException {
        MessageDigest digest = Sha256.digest();
        long size = 0;
        List<InstallOperation> operations = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] chunk = in.readNBytes(CHUNK_BYTES);
                    chunk.length > 0;
                    chunk = in.readNBytes(CHUNK_BYTES)) {
                digest.update(chunk);
                size += chunk.length;
                listener.read(chunk.length);
                byte[] padded = Arrays.copyOf(chunk, wholeBlocks(chunk.length));
                queue.add(workers.submit(() -> ChunkCompressor.compress(padded, level)));
                if (queue.size() >= queued) {
                    writeOldest(operations);
                }
            }
        }
        while (!queue.isEmpty()) {
            writeOldest(operations);
        }
        return new Compressed(size, Sha256.of(digest.digest()), List.copyOf(operations));
    }

    private void writeOldest(List<InstallOperation> operations)
            throws IOException, InterruptedException {
        Chunk chunk;
        try {
            chunk = queue.remove().get();
        } catch (ExecutionException e) {
            throw new IOException("compressing a chunk failed: " + e.getMessage(), e);
        }
        long startBlock =
                operations.isEmpty() ? 0 : operations.getLast().destination().getLast().endBlock();
        boolean hasData = chunk.type().hasData();
        operations.add(
                new InstallOperation(
                        chunk.type(),
                        hasData
                                ? new InstallOperation.Data(
                                        dataOffset,
                                        chunk.data().length,
                                        Optional.of(chunk.sha256()))
                                : InstallOperation.Data.NONE,
                        List.of(
                                new Extent(
                                        startBlock,
                                        chunk.contentBytes() / ManifestRules.BLOCK_SIZE))));
        blobs.write(chunk.data());
        dataOffset += chunk.data().length;
    }

    private static int wholeBlocks(int bytes) {
        return (bytes + ManifestRules.BLOCK_SIZE - 1)
                / ManifestRules.BLOCK_SIZE
                * ManifestRules.BLOCK_SIZE;
    }

    record Compressed(long sizeBytes, Sha256 sha256, List<InstallOperation> operations) {}

    @FunctionalInterface
    interface ChunkListener {
        void read(int bytes);
    }
}
