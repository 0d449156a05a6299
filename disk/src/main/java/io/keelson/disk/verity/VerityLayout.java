package io.keelson.disk.verity;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a hash partition keeps what: the superblock's block, then the levels, root first.
 *
 * @param levelBlocks blocks of each level, leaves first; empty for a single data block, whose
 *     digest is the root hash
 */
record VerityLayout(long dataBlocks, List<Integer> levelBlocks) {
    static final int BLOCK_BYTES = VerityDefaults.BLOCK_BYTES;
    static final int DIGESTS_PER_BLOCK = BLOCK_BYTES / BlockHasher.DIGEST_BYTES;

    /** 16 GiB of data; the tree is kept in memory, 1/127 of that. */
    static final long DATA_BLOCKS_MAX = (16L << 30) / BLOCK_BYTES;

    static VerityLayout of(long dataBlocks) {
        if (dataBlocks < 1 || dataBlocks > DATA_BLOCKS_MAX) {
            throw new IllegalArgumentException(
                    "a verity tree has 1 to %d data blocks, not %d"
                            .formatted(DATA_BLOCKS_MAX, dataBlocks));
        }
        List<Integer> levels = new ArrayList<>();
        for (int below = (int) dataBlocks; below > 1; below = levels.getLast()) {
            levels.add((below + DIGESTS_PER_BLOCK - 1) / DIGESTS_PER_BLOCK);
        }
        return new VerityLayout(dataBlocks, List.copyOf(levels));
    }

    int levels() {
        return levelBlocks.size();
    }

    /** Offset of a level's first byte; level 0 holds the leaves. */
    int levelOffset(int level) {
        int blocks = 1;
        for (int above = level + 1; above < levels(); above++) {
            blocks += levelBlocks.get(above);
        }
        return blocks * BLOCK_BYTES;
    }

    int sizeBytes() {
        return (1 + levelBlocks.stream().mapToInt(Integer::intValue).sum()) * BLOCK_BYTES;
    }
}
