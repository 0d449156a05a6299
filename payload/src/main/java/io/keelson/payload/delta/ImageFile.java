package io.keelson.payload.delta;

import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.Sha256;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;

/** A partition's image, read in whole blocks; what the last block lacks is zeros. */
final class ImageFile implements AutoCloseable {
    static final int BLOCK = ManifestRules.BLOCK_SIZE;
    private static final int CHUNK_BLOCKS = 256;

    private final FileChannel channel;
    private final long size;

    private ImageFile(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    static ImageFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new ImageFile(channel, channel.size());
    }

    long sizeBytes() {
        return size;
    }

    int blocks() {
        return Math.toIntExact((size + BLOCK - 1) / BLOCK);
    }

    byte[] read(List<Extent> extents) throws IOException {
        long blocks = extents.stream().mapToLong(Extent::blocks).sum();
        byte[] bytes = new byte[Math.toIntExact(blocks * BLOCK)];
        int at = 0;
        for (Extent extent : extents) {
            int length = (int) extent.blocks() * BLOCK;
            read(extent.startBlock() * BLOCK, bytes, at, length);
            at += length;
        }
        return bytes;
    }

    byte[] read(int startBlock, int blocks) throws IOException {
        return read(List.of(new Extent(startBlock, blocks)));
    }

    /** Bytes up to the end of the last block. */
    void read(long offset, byte[] into, int at, int length) throws IOException {
        int inFile = (int) Math.min(length, Math.max(0, size - offset));
        ByteBuffer target = ByteBuffer.wrap(into, at, inFile);
        while (target.hasRemaining()) {
            int count = channel.read(target, offset + inFile - target.remaining());
            if (count < 0) {
                throw new EOFException("the image became shorter while it was read");
            }
        }
    }

    /** Hash of the content, without what the last block lacks. */
    Sha256 sha256() throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] chunk = new byte[CHUNK_BLOCKS * BLOCK];
        for (long offset = 0; offset < size; offset += chunk.length) {
            int count = (int) Math.min(chunk.length, size - offset);
            read(offset, chunk, 0, count);
            digest.update(chunk, 0, count);
        }
        return Sha256.of(digest.digest());
    }

    /** Hash of these blocks. */
    Sha256 sha256(List<Extent> extents) throws IOException {
        MessageDigest digest = Sha256.digest();
        for (Extent extent : extents) {
            for (long done = 0; done < extent.blocks(); done += CHUNK_BLOCKS) {
                int count = (int) Math.min(CHUNK_BLOCKS, extent.blocks() - done);
                digest.update(read((int) (extent.startBlock() + done), count));
            }
        }
        return Sha256.of(digest.digest());
    }

    /** One number for every block; equal blocks have equal numbers, others hardly ever. */
    long[] fingerprints() throws IOException {
        long[] result = new long[blocks()];
        for (int block = 0; block < result.length; block += CHUNK_BLOCKS) {
            int count = Math.min(CHUNK_BLOCKS, result.length - block);
            ByteBuffer chunk = ByteBuffer.wrap(read(block, count));
            for (int i = 0; i < count; i++) {
                result[block + i] = fingerprint(chunk);
            }
        }
        return result;
    }

    private static long fingerprint(ByteBuffer chunk) {
        long hash = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < BLOCK / Long.BYTES; i++) {
            hash = (hash ^ chunk.getLong()) * 0xD6E8FEB86659FD93L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
