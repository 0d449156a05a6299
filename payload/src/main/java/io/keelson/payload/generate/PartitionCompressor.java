package io.keelson.payload.generate;

import io.keelson.disk.verity.VerityLeaves;
import io.keelson.payload.generate.PieceEncoder.Encoded;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.Sha256;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * Compresses partition files piece by piece on several cores. What a piece looks back at depends on
 * the content alone and pieces are written in order, so the bytes do not depend on how many cores
 * there are.
 */
final class PartitionCompressor {
    /** Small enough that a host which has most of a release fetches little of it in vain. */
    static final int PIECE_BYTES = 1 << 20;

    private static final int HISTORY_BYTES = 1 << 20;

    private final ExecutorService workers;
    private final int queued;
    private final PieceEncoder encoder;
    private final byte[] salt;
    private final OutputStream blobs;
    private final Deque<Future<Finished>> queue = new ArrayDeque<>();
    private long dataOffset;

    /**
     * @param queued how many pieces may be in memory at once
     * @param salt of the leaf hashes
     * @param blobs receives the data of all operations
     */
    PartitionCompressor(
            ExecutorService workers,
            int queued,
            PieceEncoder encoder,
            byte[] salt,
            OutputStream blobs) {
        this.workers = workers;
        this.queued = queued;
        this.encoder = encoder;
        this.salt = salt.clone();
        this.blobs = blobs;
    }

    Compressed compress(Path file, PieceListener listener)
            throws IOException, InterruptedException {
        MessageDigest digest = Sha256.digest();
        Written written = new Written();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = in.size();
            SimilarContent similar = new SimilarContent(size);
            for (long offset = 0; offset < size; offset += PIECE_BYTES) {
                byte[] content = read(in, offset, (int) Math.min(PIECE_BYTES, size - offset));
                listener.read(content.length);
                if (encoder.padsPartitions()) {
                    content = Arrays.copyOf(content, wholeBlocks(content.length));
                }
                digest.update(content);
                written.size += content.length;
                Piece piece = piece(in, content, offset, similar);
                queue.add(workers.submit(() -> finish(piece)));
                if (queue.size() >= queued) {
                    writeOldest(written);
                }
            }
            while (!queue.isEmpty()) {
                writeOldest(written);
            }
            return new Compressed(
                    written.size,
                    Sha256.of(digest.digest()),
                    List.copyOf(written.operations),
                    new Leaves(written.leaves.toByteArray()));
        }
    }

    private Piece piece(FileChannel in, byte[] content, long offset, SimilarContent similar)
            throws IOException {
        byte[] padded = Arrays.copyOf(content, wholeBlocks(content.length));
        if (!encoder.looksBack()) {
            return new Piece(padded, content.length, new byte[0], List.of());
        }
        List<Extent> extents = similar.find(content, content.length, offset, HISTORY_BYTES);
        ByteArrayOutputStream history = new ByteArrayOutputStream();
        for (Extent extent : extents) {
            history.write(
                    read(
                            in,
                            extent.startBlock() * ManifestRules.BLOCK_SIZE,
                            (int) extent.blocks() * ManifestRules.BLOCK_SIZE));
        }
        return new Piece(padded, content.length, history.toByteArray(), extents);
    }

    private Finished finish(Piece piece) throws IOException {
        byte[] content = piece.content();
        ByteBuffer leaves =
                ByteBuffer.allocate(content.length / ManifestRules.BLOCK_SIZE * Sha256.BYTES);
        for (int at = 0; at < content.length; at += ManifestRules.BLOCK_SIZE) {
            leaves.put(
                    VerityLeaves.hash(
                            ByteBuffer.wrap(content, at, ManifestRules.BLOCK_SIZE), salt));
        }
        return new Finished(encoder.encode(piece), new Leaves(leaves.array()));
    }

    private void writeOldest(Written written) throws IOException, InterruptedException {
        Finished finished;
        try {
            finished = queue.remove().get();
        } catch (ExecutionException e) {
            throw new IOException("compressing a piece failed: " + e.getMessage(), e);
        }
        List<InstallOperation> operations = written.operations;
        Encoded encoded = finished.encoded();
        long startBlock =
                operations.isEmpty() ? 0 : operations.getLast().destination().getLast().endBlock();
        byte[] data = encoded.data();
        operations.add(
                new InstallOperation(
                        encoded.type(),
                        encoded.type().hasData()
                                ? new InstallOperation.Data(
                                        dataOffset, data.length, Optional.of(encoded.sha256()))
                                : InstallOperation.Data.NONE,
                        InstallOperation.Source.NONE,
                        List.of(
                                new Extent(
                                        startBlock,
                                        finished.leaves().bytes().length / Sha256.BYTES)),
                        encoded.history()));
        blobs.write(data);
        dataOffset += data.length;
        written.leaves.write(finished.leaves().bytes());
    }

    private static byte[] read(FileChannel in, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("the file became shorter while it was compressed");
            }
        }
        return buffer.array();
    }

    private static int wholeBlocks(int bytes) {
        return (bytes + ManifestRules.BLOCK_SIZE - 1)
                / ManifestRules.BLOCK_SIZE
                * ManifestRules.BLOCK_SIZE;
    }

    /**
     * A partition as operations.
     *
     * @param leaves of all its blocks
     */
    record Compressed(
            long sizeBytes, Sha256 sha256, List<InstallOperation> operations, Leaves leaves) {}

    /** Leaf hashes one after the other. */
    static final class Leaves {
        private final byte[] bytes;

        Leaves(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private record Finished(Encoded encoded, Leaves leaves) {}

    /** What there is of a partition so far. */
    private static final class Written {
        private final List<InstallOperation> operations = new ArrayList<>();
        private final ByteArrayOutputStream leaves = new ByteArrayOutputStream();
        private long size;
    }

    @FunctionalInterface
    interface PieceListener {
        void read(int bytes);
    }
}
