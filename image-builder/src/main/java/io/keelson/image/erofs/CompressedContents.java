package io.keelson.image.erofs;

import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The compressed contents of an image, kept in a file beside it until their places are known.
 * Segments are compressed by all cores and taken in order, so the result does not depend on how
 * many there are.
 */
final class CompressedContents implements AutoCloseable {
    /** How far compression may run ahead of the writing, in segments for each core. */
    private static final int AHEAD = 3;

    private record Work(PlannedInode inode, boolean last, Future<FileCompressor.Segment> segment) {}

    private final Compression compression;
    private final FileChannel scratch;
    private final Deque<Work> queue = new ArrayDeque<>();
    private final List<Extents.Piece> pieces = new ArrayList<>();
    private long start;
    private long end;

    private CompressedContents(Compression compression, FileChannel scratch) {
        this.compression = compression;
        this.scratch = scratch;
    }

    /** Compresses what gets smaller and tells each inode its extents. */
    static CompressedContents of(List<PlannedInode> inodes, Compression compression, Path beside)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile(beside.toAbsolutePath().getParent(), ".scratch", "");
        CompressedContents contents =
                new CompressedContents(
                        compression,
                        FileChannel.open(
                                file,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.DELETE_ON_CLOSE));
        try {
            if (compression != Compression.NONE) {
                contents.compress(inodes);
            }
            return contents;
        } catch (IOException | InterruptedException | RuntimeException e) {
            contents.close();
            throw e;
        }
    }

    private void compress(List<PlannedInode> inodes) throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(cores);
        try {
            for (PlannedInode inode : inodes) {
                if (inode.node() instanceof Node.RegularFile(_, Content content)
                        && content.size() > Superblock.BLOCK_BYTES) {
                    for (long from = 0; from < content.size(); ) {
                        long segment = from;
                        from += FileCompressor.SEGMENT_BYTES;
                        while (queue.size() >= AHEAD * cores) {
                            take(queue.remove());
                        }
                        queue.add(
                                new Work(
                                        inode,
                                        from >= content.size(),
                                        executor.submit(() ->
                                                FileCompressor.compress(
                                                        inode.path(),
                                                        content,
                                                        segment,
                                                        compression))));
                    }
                }
            }
            while (!queue.isEmpty()) {
                take(queue.remove());
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private void take(Work work) throws IOException, InterruptedException {
        FileCompressor.Segment segment;
        try {
            segment = work.segment.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), e);
            }
            throw new IllegalStateException("compressing " + work.inode.path() + " failed", e);
        }
        pieces.addAll(segment.pieces());
        ByteBuffer blocks = ByteBuffer.wrap(segment.blocks());
        while (blocks.hasRemaining()) {
            end += scratch.write(blocks, end);
        }
        if (work.last) {
            Extents extents = new Extents(compression.erofsNumber(), start, pieces);
            if (extents.blocks() < work.inode.dataBlocks()) {
                work.inode.compress(extents);
                start = end;
            } else {
                end = start;
            }
            pieces.clear();
        }
    }

    /** Reads blocks again; {@code length} of them must be there. */
    void read(long offset, byte[] into, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        while (buffer.hasRemaining()) {
            if (scratch.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("the scratch file of compressed contents ended early");
            }
        }
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }
}
