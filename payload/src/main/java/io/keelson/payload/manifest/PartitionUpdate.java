package io.keelson.payload.manifest;

import io.keelson.disk.gpt.RootHash;

import java.util.List;
import java.util.Optional;

/**
 * What the payload does to one partition.
 *
 * @param sizeBytes size of the new content, which need not end on a block
 * @param sha256 hash of the new content
 * @param verity how to compute the dm-verity tree, absent for partitions without one
 * @param version release the content belongs to, empty when the manifest has none
 */
public record PartitionUpdate(
        String name,
        long sizeBytes,
        Optional<Sha256> sha256,
        String version,
        Optional<Verity> verity,
        List<InstallOperation> operations) {
    public PartitionUpdate {
        operations = List.copyOf(operations);
    }

    /** Blocks that hold the content, the last one possibly in part. */
    public long blocks(int blockSize) {
        return sizeBytes / blockSize + (sizeBytes % blockSize == 0 ? 0 : 1);
    }

    /**
     * The hash tree the host computes itself from the bytes it wrote.
     *
     * @param saltHex in hexadecimal, as on the kernel's command line
     * @param rootHash Keelson's own field 1001: what the computation must come to
     */
    public record Verity(String algorithm, String saltHex, Optional<RootHash> rootHash) {}
}
