package io.keelson.payload.index;

import io.keelson.disk.verity.VerityLeaves;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;

/** The blocks a partition of the running release holds, known by their hashes. */
public final class LocalBlocks {
    /** Nothing is there to reuse. */
    public static final LocalBlocks NONE = new LocalBlocks(new byte[0]);

    static final int NOT_FOUND = -1;
    private static final int HASHED_BYTES_MAX = 256 << 20;

    private final byte[] hashes;

    /** Sorted; each the first 4 bytes of a hash, then the block's number. */
    private final long[] byPrefix;

    private LocalBlocks(byte[] hashes) {
        this.hashes = hashes;
        this.byPrefix = new long[hashes.length / Sha256.BYTES];
        ByteBuffer view = ByteBuffer.wrap(hashes);
        for (int block = 0; block < byPrefix.length; block++) {
            byPrefix[block] = key(view.getInt(block * Sha256.BYTES)) | block;
        }
        Arrays.sort(byPrefix);
    }

    /**
     * The blocks of usr, from the running slot's hash partition: nothing is hashed.
     *
     * @param salt of the payload's tree; hashes with another cannot be compared
     */
    public static LocalBlocks ofVerity(FileChannel hashPartition, byte[] salt) throws IOException {
        return new LocalBlocks(VerityLeaves.read(hashPartition, salt).bytes());
    }

    /** The same where the hash partition begins at this byte of a whole disk. */
    public static LocalBlocks ofVerity(FileChannel disk, long start, byte[] salt)
            throws IOException {
        return new LocalBlocks(VerityLeaves.read(disk, start, salt).bytes());
    }

    /** The blocks of something small without hash partition, such as the boot image. */
    public static LocalBlocks hashing(SourceBytes source, byte[] salt) throws IOException {
        if (source.size() > HASHED_BYTES_MAX) {
            return NONE;
        }
        int blocks =
                (int) ((source.size() + ManifestRules.BLOCK_SIZE - 1) / ManifestRules.BLOCK_SIZE);
        ByteBuffer hashes = ByteBuffer.allocate(blocks * Sha256.BYTES);
        ByteBuffer block = ByteBuffer.allocate(ManifestRules.BLOCK_SIZE);
        for (long offset = 0; offset < source.size(); offset += ManifestRules.BLOCK_SIZE) {
            // What a partition's last block holds beyond its size counts as zeros.
            Arrays.fill(block.array(), (byte) 0);
            block.clear().limit((int) Math.min(block.capacity(), source.size() - offset));
            source.read(offset, block);
            hashes.put(VerityLeaves.hash(block.clear(), salt));
        }
        return new LocalBlocks(hashes.array());
    }

    /**
     * A block whose hash starts like this.
     *
     * @param likely the one to prefer, as blocks mostly stay together
     * @return {@link #NOT_FOUND} when there is none
     */
    int find(int prefix, int likely) {
        if (likely < byPrefix.length
                && ByteBuffer.wrap(hashes).getInt(likely * Sha256.BYTES) == prefix) {
            return likely;
        }
        int at = Arrays.binarySearch(byPrefix, key(prefix));
        int first = at < 0 ? -at - 1 : at;
        boolean isFound = first < byPrefix.length && byPrefix[first] >>> 32 == key(prefix) >>> 32;
        return isFound ? (int) byPrefix[first] : NOT_FOUND;
    }

    void addTo(MessageDigest digest, int block) {
        digest.update(hashes, block * Sha256.BYTES, Sha256.BYTES);
    }

    private static long key(int prefix) {
        return (long) prefix << 32;
    }
}
