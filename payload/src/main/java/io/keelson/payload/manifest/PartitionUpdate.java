package io.keelson.payload.manifest;

import io.keelson.disk.gpt.RootHash;

import java.util.List;
import java.util.Optional;

/**
 * What the payload does to one partition.
 *
 * @param source the content of the running slot it builds on, absent when it reads none
 * @param target the new content
 * @param version release the content belongs to, empty when the manifest has none
 * @param verity how to compute the dm-verity tree, absent for partitions without one
 */
public record PartitionUpdate(
        String name,
        Optional<Content> source,
        Content target,
        String version,
        Optional<Verity> verity,
        List<InstallOperation> operations) {
    public PartitionUpdate {
        operations = List.copyOf(operations);
    }

    /** An update that reads nothing of the running slot. */
    public PartitionUpdate(
            String name,
            long sizeBytes,
            Optional<Sha256> sha256,
            String version,
            Optional<Verity> verity,
            List<InstallOperation> operations) {
        this(name, Optional.empty(), new Content(sizeBytes, sha256), version, verity, operations);
    }

    /** Size of the new content, which need not end on a block. */
    public long sizeBytes() {
        return target.sizeBytes();
    }

    /** Hash of the new content. */
    public Optional<Sha256> sha256() {
        return target.sha256();
    }

    /** Blocks that hold the new content, the last one possibly in part. */
    public long blocks(int blockSize) {
        return target.blocks(blockSize);
    }

    /** Size and hash of a partition's content ({@code PartitionInfo}). */
    public record Content(long sizeBytes, Optional<Sha256> sha256) {
        public long blocks(int blockSize) {
            return sizeBytes / blockSize + (sizeBytes % blockSize == 0 ? 0 : 1);
        }
    }

    /**
     * The hash tree the host computes itself from the bytes it wrote.
     *
     * @param saltHex in hexadecimal, as on the kernel's command line
     * @param rootHash Keelson's own field 1001: what the computation must come to
     */
    public record Verity(String algorithm, String saltHex, Optional<RootHash> rootHash) {}
}
