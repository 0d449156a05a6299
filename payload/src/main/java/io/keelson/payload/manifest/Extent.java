package io.keelson.payload.manifest;

/** A run of blocks of a partition; both numbers in blocks. */
public record Extent(long startBlock, long blocks) {
    public Extent {
        if (startBlock < 0 || blocks <= 0 || startBlock > Long.MAX_VALUE - blocks) {
            throw new IllegalArgumentException(
                    "not an extent: " + blocks + " blocks at block " + startBlock);
        }
    }

    /** The block after the last one. */
    public long endBlock() {
        return startBlock + blocks;
    }
}
