package io.keelson.image.erofs;

import io.keelson.image.compress.ClusterEncoder;
import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Content;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compresses one segment of a file into pieces. Segments end at multiples of 4096 bytes of content
 * and know nothing of each other, so they can be made in any order.
 */
final class FileCompressor {
    /** Large enough that few pieces are cut short, small enough to share work between cores. */
    static final int SEGMENT_BYTES = 4 << 20;

    private static final int BLOCK = Superblock.BLOCK_BYTES;

    /** Compressed content is not worth its time unless it saves one block in so many. */
    private static final int WORTH_ONE_IN = 16;

    /** Where content did not compress, so much is stored before it is tried again. */
    private static final int STORED_AT_ONCE = 16;

    private final ClusterEncoder encoder;
    private final byte[] content;
    private final List<Extents.Piece> pieces = new ArrayList<>();
    private byte[] out = new byte[SEGMENT_BYTES / 2];
    private int written;

    private FileCompressor(ClusterEncoder encoder, byte[] content) {
        this.encoder = encoder;
        this.content = content;
    }

    /** Pieces of a segment and their blocks, one after the other. */
    static final class Segment {
        private final List<Extents.Piece> pieces;
        private final byte[] blocks;

        private Segment(List<Extents.Piece> pieces, byte[] blocks) {
            this.pieces = pieces;
            this.blocks = blocks;
        }

        List<Extents.Piece> pieces() {
            return pieces;
        }

        byte[] blocks() {
            return blocks;
        }
    }

    /** Compresses the segment that starts at {@code from}. */
    static Segment compress(String path, Content file, long from, Compression compression)
            throws IOException {
        int length = (int) Math.min(SEGMENT_BYTES, file.size() - from);
        byte[] content;
        try (InputStream in = file.open()) {
            in.skipNBytes(from);
            content = in.readNBytes(length);
            if (content.length < length) {
                throw new IOException(path + " is shorter than its stated size");
            }
            if (from + length == file.size() && in.read() >= 0) {
                throw new IOException(path + " is longer than its stated size");
            }
        }
        try (ClusterEncoder encoder = compression.encoder().orElseThrow()) {
            FileCompressor compressor = new FileCompressor(encoder, content);
            compressor.run();
            return new Segment(
                    compressor.pieces, Arrays.copyOf(compressor.out, compressor.written));
        }
    }

    private void run() {
        int at = 0;
        while (at < content.length) {
            int rest = content.length - at;
            // Such a rest takes one block either way; within one index it must be stored.
            if (rest <= BLOCK) {
                at += store(at);
                continue;
            }
            ClusterEncoder.Cluster cluster = encoder.encode(content, at, content.length);
            int plain = cluster.consumed() / BLOCK;
            if (cluster.blocks() + Math.max(1, plain / WORTH_ONE_IN) <= plain) {
                put(cluster);
                pieces.add(new Extents.Piece(cluster.consumed(), cluster.blocks(), false));
                at += cluster.consumed();
            } else {
                for (int i = 0; i < STORED_AT_ONCE && at < content.length; i++) {
                    at += store(at);
                }
            }
        }
    }

    private int store(int at) {
        int length = Math.min(BLOCK, content.length - at);
        reserve(BLOCK);
        System.arraycopy(content, at, out, written, length);
        written += BLOCK;
        pieces.add(new Extents.Piece(length, 1, true));
        return length;
    }

    /** Zeros come first: the kernel finds the start by skipping them (LZ4_0PADDING). */
    private void put(ClusterEncoder.Cluster cluster) {
        int bytes = cluster.blocks() * BLOCK;
        reserve(bytes);
        cluster.copyTo(out, written + bytes - cluster.length());
        written += bytes;
    }

    private void reserve(int bytes) {
        if (written + bytes > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, written + bytes));
        }
    }
}
