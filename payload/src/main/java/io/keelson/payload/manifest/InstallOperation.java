package io.keelson.payload.manifest;

import java.util.List;
import java.util.Optional;

/**
 * One step that writes blocks of a partition.
 *
 * @param dataOffset bytes from the end of the metadata, 0 without data
 * @param dataLength bytes of the payload it consumes, 0 without data
 * @param dataSha256 hash of those bytes, absent when the manifest has none
 * @param hasSource whether it names blocks of the running slot
 */
public record InstallOperation(
        OperationType type,
        long dataOffset,
        long dataLength,
        List<Extent> destination,
        Optional<Sha256> dataSha256,
        boolean hasSource) {
    public InstallOperation {
        destination = List.copyOf(destination);
    }

    /** Blocks it writes. */
    public long blocks() {
        return destination.stream().mapToLong(Extent::blocks).sum();
    }
}
