package io.keelson.disk.verity;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The hashes of all data blocks, as a dm-verity hash partition keeps them: what a disk says about
 * its content without anyone reading that content.
 */
public final class VerityLeaves {
    /** Bytes of one hash. */
    public static final int HASH_BYTES = BlockHasher.DIGEST_BYTES;

    /** Enough for 8 GiB of data. */
    private static final long BYTES_MAX = 64L << 20;

    private final byte[] hashes;

    private VerityLeaves(byte[] hashes) {
        this.hashes = hashes;
    }

    /**
     * Reads the hash partition of a slot.
     *
     * @param salt the one the hashes must have been made with to be comparable
     * @throws IOException when it is not such a partition, or of another salt
     */
    public static VerityLeaves read(FileChannel hashPartition, byte[] salt) throws IOException {
        return read(hashPartition, 0, salt);
    }

    /** The same where the hash partition begins at this byte of a whole disk. */
    public static VerityLeaves read(FileChannel disk, long start, byte[] salt) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(VerityDefaults.BLOCK_BYTES);
        fill(disk, block, start);
        long dataBlocks = requireSuperblock(block.order(ByteOrder.LITTLE_ENDIAN), salt);
        VerityLayout layout = VerityLayout.of(dataBlocks);
        if (layout.levels() == 0 || dataBlocks * HASH_BYTES > BYTES_MAX) {
            throw new IOException("a tree of " + dataBlocks + " blocks is not read");
        }
        ByteBuffer hashes = ByteBuffer.allocate((int) dataBlocks * HASH_BYTES);
        fill(disk, hashes, start + layout.levelOffset(0));
        return new VerityLeaves(hashes.array());
    }

    /** The hash of one data block, salt first, as every leaf is made. */
    public static byte[] hash(ByteBuffer block, byte[] salt) {
        byte[] hash = new byte[HASH_BYTES];
        new BlockHasher(salt).hash(block, hash, 0);
        return hash;
    }

    /** All hashes one after the other. */
    public byte[] bytes() {
        return hashes.clone();
    }

    private static long requireSuperblock(ByteBuffer block, byte[] salt) throws IOException {
        byte[] algorithm = Arrays.copyOf("sha256".getBytes(StandardCharsets.US_ASCII), 32);
        boolean isKnown =
                block.getLong(0) == 0x0000_7974_6972_6576L // "verity\0\0"
                        && block.getInt(8) == 1
                        && block.getInt(12) == 1
                        && Arrays.equals(part(block, 32, algorithm.length), algorithm)
                        && block.getInt(64) == VerityDefaults.BLOCK_BYTES
                        && block.getInt(68) == VerityDefaults.BLOCK_BYTES;
        if (!isKnown) {
            throw new IOException(
                    "the hash partition has no dm-verity superblock with SHA-256 of 4096 bytes");
        }
        if (block.getShort(80) != salt.length
                || !Arrays.equals(part(block, 88, salt.length), salt)) {
            throw new IOException("the hash partition was made with another salt");
        }
        long blocks = block.getLong(72);
        if (blocks < 1 || blocks > VerityLayout.DATA_BLOCKS_MAX) {
            throw new IOException("the hash partition is for " + blocks + " blocks");
        }
        return blocks;
    }

    private static byte[] part(ByteBuffer block, int offset, int length) {
        byte[] part = new byte[length];
        block.get(offset, part);
        return part;
    }

    private static void fill(FileChannel in, ByteBuffer buffer, long offset) throws IOException {
        long position = offset;
        while (buffer.hasRemaining()) {
            int count = in.read(buffer, position);
            if (count < 0) {
                throw new EOFException("the hash partition ends at " + position);
            }
            position += count;
        }
    }
}
