package io.keelson.payload.manifest;

import io.keelson.disk.gpt.RootHash;

import java.util.List;
import java.util.Optional;

/** A valid manifest of a release, and parts to spoil it with. */
final class Manifests {
    static final int BLOCK = ManifestRules.BLOCK_SIZE;
    static final Sha256 HASH = new Sha256("12".repeat(32));

    private Manifests() {}

    static PayloadManifest valid() {
        return with(usr(zstd(0, 100, extent(0, 2)), zero(extent(2, 2))), uki());
    }

    static PayloadManifest with(PartitionUpdate... partitions) {
        long end = 0;
        for (PartitionUpdate partition : partitions) {
            for (InstallOperation operation : partition.operations()) {
                end = Math.max(end, operation.dataOffset() + operation.dataLength());
            }
        }
        return new PayloadManifest(
                BLOCK,
                Optional.of(new PayloadManifest.SignaturesLocation(end, 267)),
                0,
                false,
                List.of(partitions));
    }

    /** Four blocks. */
    static PartitionUpdate usr(InstallOperation... operations) {
        return new PartitionUpdate(
                "usr",
                4 * BLOCK,
                Optional.of(HASH),
                "1.1.0",
                Optional.of(
                        new PartitionUpdate.Verity(
                                "sha256", "aabb", Optional.of(new RootHash("34".repeat(32))))),
                List.of(operations));
    }

    /** One byte more than one block; its data is at offset 100. */
    static PartitionUpdate uki() {
        return uki("1.1.0");
    }

    static PartitionUpdate uki(String version) {
        return new PartitionUpdate(
                "uki",
                BLOCK + 1,
                Optional.of(HASH),
                version,
                Optional.empty(),
                List.of(
                        new InstallOperation(
                                OperationType.REPLACE,
                                new InstallOperation.Data(100, 2 * BLOCK, Optional.of(HASH)),
                                List.of(extent(0, 2)))));
    }

    static InstallOperation zstd(long offset, long length, Extent... extents) {
        return operation(OperationType.REPLACE_ZSTD, offset, length, extents);
    }

    static InstallOperation operation(
            OperationType type, long offset, long length, Extent... extents) {
        return new InstallOperation(
                type,
                new InstallOperation.Data(offset, length, Optional.of(HASH)),
                List.of(extents));
    }

    static InstallOperation zero(Extent... extents) {
        return new InstallOperation(
                OperationType.ZERO, InstallOperation.Data.NONE, List.of(extents));
    }

    static Extent extent(long start, long blocks) {
        return new Extent(start, blocks);
    }
}
