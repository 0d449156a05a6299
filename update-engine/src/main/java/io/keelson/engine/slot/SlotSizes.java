package io.keelson.engine.slot;

import io.keelson.disk.verity.VerityDefaults;

/** What a release needs: its content, and the tree that follows from it, in bytes. */
public record SlotSizes(long usrBytes, long ukiBytes) {
    private static final int HASHES_PER_BLOCK = VerityDefaults.BLOCK_BYTES / 32;

    /** One block of superblock, then levels of hashes up to a single block. */
    long treeBytes() {
        long blocks = 1;
        long level = (usrBytes + VerityDefaults.BLOCK_BYTES - 1) / VerityDefaults.BLOCK_BYTES;
        do {
            level = (level + HASHES_PER_BLOCK - 1) / HASHES_PER_BLOCK;
            blocks += level;
        } while (level > 1);
        return blocks * VerityDefaults.BLOCK_BYTES;
    }
}
