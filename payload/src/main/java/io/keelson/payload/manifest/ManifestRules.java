package io.keelson.payload.manifest;

import io.keelson.disk.boot.ReleaseVersion;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a manifest must obey before a host executes one of its operations. */
public final class ManifestRules {
    public static final String USR = "usr";
    public static final String UKI = "uki";
    public static final int BLOCK_SIZE = 4096;

    /** Most bytes a replacing operation takes from the payload, and most it writes. */
    public static final int OPERATION_BYTES_MAX = 4 << 20;

    /** Most bytes of payload a patch takes; also the most that ZSTD_PATCH reads or writes. */
    public static final int PATCH_BYTES_MAX = 8 << 20;

    /** Most bytes a ZSTD_HISTORY operation looks back at. */
    public static final int HISTORY_BYTES_MAX = 8 << 20;

    /** Oldest minor version of a delta: the first whose operations carry a hash of the source. */
    public static final int DELTA_MINOR_MIN = 3;

    /** Newest minor version this code knows. */
    public static final int DELTA_MINOR_MAX = 9;

    private static final long USR_BYTES_MAX = 8L << 30;
    private static final long UKI_BYTES_MAX = 256L << 20;

    private final PayloadManifest manifest;
    private final OperationRules operations;

    private ManifestRules(PayloadManifest manifest, Set<Capability> capabilities) {
        this.manifest = manifest;
        this.operations = new OperationRules(capabilities);
    }

    /** Checks every rule as a host with no more than every host's capabilities. */
    public static ReleaseVersion check(PayloadManifest manifest) throws ManifestException {
        return check(manifest, Capability.HOST);
    }

    /**
     * Checks every rule; returns the one release all partitions belong to.
     *
     * @param capabilities what the host announced
     */
    public static ReleaseVersion check(PayloadManifest manifest, Set<Capability> capabilities)
            throws ManifestException {
        return new ManifestRules(manifest, capabilities).check();
    }

    private ReleaseVersion check() throws ManifestException {
        int minor = manifest.minorVersion();
        if (minor != 0 && (minor < DELTA_MINOR_MIN || minor > DELTA_MINOR_MAX)) {
            throw new ManifestException(
                    ManifestException.UNSUPPORTED_MINOR_VERSION,
                    "the payload has minor version "
                            + minor
                            + "; full payloads (0) and deltas of 3 to 9 are applied");
        }
        if (manifest.blockSize() != BLOCK_SIZE) {
            throw refused("the block size is " + manifest.blockSize() + ", not " + BLOCK_SIZE);
        }
        if (manifest.partialUpdate()) {
            throw refused("the payload is a partial update; a release replaces all partitions");
        }
        List<String> names = manifest.partitions().stream().map(PartitionUpdate::name).toList();
        if (names.size() != 2 || !names.contains(USR) || !names.contains(UKI)) {
            throw refused(
                    "the payload has the partitions " + names + ", not one each of usr and uki");
        }
        for (PartitionUpdate partition : manifest.partitions()) {
            checkPartition(partition);
        }
        checkSignatures();
        return version();
    }

    private ReleaseVersion version() throws ManifestException {
        String version = manifest.partitions().getFirst().version();
        for (PartitionUpdate partition : manifest.partitions()) {
            if (!partition.version().equals(version)) {
                throw refused(
                        "the partitions belong to different releases, \""
                                + version
                                + "\" and \""
                                + partition.version()
                                + "\"");
            }
        }
        try {
            return new ReleaseVersion(version);
        } catch (IllegalArgumentException e) {
            ManifestException refused =
                    refused("the release version \"" + version + "\" is not valid");
            refused.initCause(e);
            throw refused;
        }
    }

    private void checkSignatures() throws ManifestException {
        PayloadManifest.SignaturesLocation signatures =
                manifest.signatures()
                        .orElseThrow(() ->
                                new ManifestException(
                                        ManifestException.SIGNATURE_MISSING,
                                        "the manifest names no payload signature"));
        if (signatures.offset() != operations.dataEnd()) {
            throw refused(
                    "the signatures are at data offset "
                            + signatures.offset()
                            + ", but the operations end at "
                            + operations.dataEnd());
        }
    }

    private void checkPartition(PartitionUpdate partition) throws ManifestException {
        String name = partition.name();
        boolean usr = name.equals(USR);
        long max = usr ? USR_BYTES_MAX : UKI_BYTES_MAX;
        requireSize(name, partition.sizeBytes(), max);
        if (partition.source().isPresent()) {
            requireSize("the source of " + name, partition.source().get().sizeBytes(), max);
        }
        if (partition.sha256().isEmpty()) {
            throw refused(name + " has no hash of its content");
        }
        if (usr) {
            checkVerity(partition);
        } else if (partition.verity().isPresent()) {
            // It need not end on a block, so there would be no tree to compare.
            throw refused(name + " has a hash tree, which only usr has");
        }
        long blocks = partition.blocks(BLOCK_SIZE);
        long sourceBlocks = partition.source().map(old -> old.blocks(BLOCK_SIZE)).orElse(0L);
        boolean isFull = manifest.minorVersion() == 0;
        long cursor = 0;
        for (int i = 0; i < partition.operations().size(); i++) {
            String where = name + " operation " + i;
            InstallOperation operation = partition.operations().get(i);
            operations.check(
                    where,
                    operation,
                    new OperationRules.Room(sourceBlocks, blocks, cursor, isFull));
            cursor = checkOrder(where, operation, cursor);
        }
        if (cursor != blocks) {
            throw refused(name + " has " + blocks + " blocks, but its operations write " + cursor);
        }
    }

    private static void checkVerity(PartitionUpdate partition) throws ManifestException {
        if (partition.sizeBytes() % BLOCK_SIZE != 0) {
            throw refused(
                    "usr has " + partition.sizeBytes() + " bytes, which are not whole blocks");
        }
        Optional<PartitionUpdate.Verity> verity = partition.verity();
        if (verity.isEmpty() || verity.get().rootHash().isEmpty()) {
            throw refused("usr has no dm-verity root hash");
        }
        if (!verity.get().algorithm().equals("sha256")) {
            throw refused(
                    "usr has the hash tree algorithm \""
                            + verity.get().algorithm()
                            + "\", not sha256");
        }
    }

    private static void requireSize(String what, long bytes, long max) throws ManifestException {
        if (bytes == 0 || bytes > max) {
            throw refused(what + " has " + bytes + " bytes; 1 to " + max + " are accepted");
        }
    }

    /**
     * Blocks are written in ascending order without gap, so that the hash tree can be computed
     * while they pass; that order also rules out overlaps.
     *
     * @param start the next block to write
     * @return the block after the operation's last one
     */
    private static long checkOrder(String where, InstallOperation operation, long start)
            throws ManifestException {
        long cursor = start;
        for (Extent extent : operation.destination()) {
            if (extent.startBlock() != cursor) {
                throw refused(
                        where
                                + " writes block "
                                + extent.startBlock()
                                + (extent.startBlock() < cursor
                                        ? ", which was written before"
                                        : " and leaves a gap after block " + cursor));
            }
            cursor = extent.endBlock();
        }
        return cursor;
    }

    private static ManifestException refused(String message) {
        return new ManifestException(ManifestException.MANIFEST_PARSE, message);
    }
}
