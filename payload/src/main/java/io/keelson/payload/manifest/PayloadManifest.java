package io.keelson.payload.manifest;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code DeltaArchiveManifest} of update_metadata.proto, major version 2, as far as Keelson reads
 * it.
 *
 * @param blockSize bytes
 * @param signatures absent when the payload is unsigned
 * @param minorVersion 0 for payloads that need nothing of the running slot
 * @param partialUpdate whether partitions that are not named stay as they are
 * @param chunkIndex Keelson's own field 1000: hash of the chunk index published with the payload
 */
public record PayloadManifest(
        int blockSize,
        Optional<SignaturesLocation> signatures,
        int minorVersion,
        boolean partialUpdate,
        List<PartitionUpdate> partitions,
        Optional<Sha256> chunkIndex) {
    public PayloadManifest {
        partitions = List.copyOf(partitions);
    }

    /** A manifest without chunk index. */
    public PayloadManifest(
            int blockSize,
            Optional<SignaturesLocation> signatures,
            int minorVersion,
            boolean partialUpdate,
            List<PartitionUpdate> partitions) {
        this(blockSize, signatures, minorVersion, partialUpdate, partitions, Optional.empty());
    }

    /** The same with a chunk index. */
    public PayloadManifest withChunkIndex(Sha256 sha256) {
        return new PayloadManifest(
                blockSize,
                signatures,
                minorVersion,
                partialUpdate,
                partitions,
                Optional.of(sha256));
    }

    public Optional<PartitionUpdate> partition(String name) {
        return partitions.stream().filter(partition -> partition.name().equals(name)).findFirst();
    }

    /** What a host must have announced to be given this payload. */
    public Set<Capability> capabilities() {
        Set<Capability> needed = EnumSet.noneOf(Capability.class);
        for (PartitionUpdate partition : partitions) {
            partition
                    .operations()
                    .forEach(operation -> operation.type().capability().ifPresent(needed::add));
        }
        return needed;
    }

    /** Where the payload signatures are: bytes from the end of the metadata, and bytes. */
    public record SignaturesLocation(long offset, int sizeBytes) {}
}
