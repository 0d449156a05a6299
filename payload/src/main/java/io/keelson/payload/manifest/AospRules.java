package io.keelson.payload.manifest;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What a payload of another system must obey to be applied off-host. Such payloads name partitions
 * of their own, write blocks in any order and belong to no release.
 */
public final class AospRules {
    private static final long PARTITION_BYTES_MAX = 8L << 30;

    private AospRules() {}

    /** Checks every rule that keeps an operation inside of its partition and the memory bounded. */
    public static void check(PayloadManifest manifest) throws ManifestException {
        int minor = manifest.minorVersion();
        if (minor != 0
                && (minor < ManifestRules.DELTA_MINOR_MIN
                        || minor > ManifestRules.DELTA_MINOR_MAX)) {
            throw new ManifestException(
                    ManifestException.UNSUPPORTED_MINOR_VERSION,
                    "the payload has minor version "
                            + minor
                            + "; full payloads (0) and deltas of 3 to 9 are applied");
        }
        if (manifest.blockSize() != ManifestRules.BLOCK_SIZE) {
            throw refused(
                    "the block size is "
                            + manifest.blockSize()
                            + ", not "
                            + ManifestRules.BLOCK_SIZE);
        }
        var operations = new OperationRules(EnumSet.allOf(Capability.class));
        Set<String> names = new HashSet<>();
        for (PartitionUpdate partition : manifest.partitions()) {
            if (!names.add(partition.name())) {
                throw refused("the payload has the partition " + partition.name() + " twice");
            }
            checkPartition(partition, operations, minor == 0);
        }
    }

    private static void checkPartition(
            PartitionUpdate partition, OperationRules operations, boolean isFull)
            throws ManifestException {
        String name = partition.name();
        requireSize(name, partition.sizeBytes());
        if (partition.source().isPresent()) {
            requireSize("the source of " + name, partition.source().get().sizeBytes());
        }
        if (partition.sha256().isEmpty()) {
            throw refused(name + " has no hash of its content");
        }
        long blocks = partition.blocks(ManifestRules.BLOCK_SIZE);
        long sourceBlocks =
                partition.source().map(old -> old.blocks(ManifestRules.BLOCK_SIZE)).orElse(0L);
        var room = new OperationRules.Room(sourceBlocks, blocks, 0, isFull);
        var written = new BitSet((int) blocks);
        for (int i = 0; i < partition.operations().size(); i++) {
            String where = name + " operation " + i;
            InstallOperation operation = partition.operations().get(i);
            operations.check(where, operation, room);
            for (Extent extent : operation.destination()) {
                int start = (int) extent.startBlock();
                int next = written.nextSetBit(start);
                if (next != -1 && next < extent.endBlock()) {
                    throw refused(where + " writes block " + next + ", which was written before");
                }
                written.set(start, (int) extent.endBlock());
            }
        }
    }

    private static void requireSize(String what, long bytes) throws ManifestException {
        if (bytes > PARTITION_BYTES_MAX) {
            throw refused(
                    what
                            + " has "
                            + bytes
                            + " bytes; at most "
                            + PARTITION_BYTES_MAX
                            + " are accepted");
        }
    }

    private static ManifestException refused(String message) {
        return new ManifestException(ManifestException.MANIFEST_PARSE, message);
    }
}
