package io.keelson.payload.manifest;

import io.keelson.disk.boot.ReleaseVersion;

import java.util.List;
import java.util.Optional;

/** What a manifest must obey before a host executes one of its operations. */
public final class ManifestRules {
    public static final String USR = "usr";
    public static final String UKI = "uki";
    public static final int BLOCK_SIZE = 4096;

    /**
     * Most bytes one operation takes from the payload or, except ZERO, writes; bounds the memory.
     */
    public static final int OPERATION_BYTES_MAX = 4 << 20;

    private static final long USR_BYTES_MAX = 8L << 30;
    private static final long UKI_BYTES_MAX = 256L << 20;

    private final PayloadManifest manifest;
    private long dataCursor;

    private ManifestRules(PayloadManifest manifest) {
        this.manifest = manifest;
    }

    /** Checks every rule; returns the one release all partitions belong to. */
    public static ReleaseVersion check(PayloadManifest manifest) throws ManifestException {
        return new ManifestRules(manifest).check();
    }

    private ReleaseVersion check() throws ManifestException {
        if (manifest.minorVersion() != 0) {
            throw new ManifestException(
                    ManifestException.UNSUPPORTED_MINOR_VERSION,
                    "the payload has minor version "
                            + manifest.minorVersion()
                            + "; only full payloads (0) are applied");
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
        if (signatures.offset() != dataCursor) {
            throw refused(
                    "the signatures are at data offset "
                            + signatures.offset()
                            + ", but the operations end at "
                            + dataCursor);
        }
    }

    private void checkPartition(PartitionUpdate partition) throws ManifestException {
        String name = partition.name();
        boolean usr = name.equals(USR);
        long max = usr ? USR_BYTES_MAX : UKI_BYTES_MAX;
        if (partition.sizeBytes() == 0 || partition.sizeBytes() > max) {
            throw refused(
                    name
                            + " has "
                            + partition.sizeBytes()
                            + " bytes; 1 to "
                            + max
                            + " are accepted");
        }
        if (partition.sha256().isEmpty()) {
            throw refused(name + " has no hash of its content");
        }
        if (usr) {
            checkVerity(partition);
        }
        long blocks = partition.blocks(BLOCK_SIZE);
        long cursor = 0;
        for (int i = 0; i < partition.operations().size(); i++) {
            String where = name + " operation " + i;
            InstallOperation operation = partition.operations().get(i);
            cursor = checkExtents(where, operation, cursor, blocks);
            checkData(where, operation);
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

    /**
     * Blocks are written in ascending order without gap, so that the hash tree can be computed
     * while they pass; that order also rules out overlaps.
     *
     * @param start the next block to write
     * @param blocks size of the partition
     * @return the block after the operation's last one
     */
    private static long checkExtents(
            String where, InstallOperation operation, long start, long blocks)
            throws ManifestException {
        if (operation.destination().isEmpty()) {
            throw refused(where + " writes nothing");
        }
        long cursor = start;
        for (Extent extent : operation.destination()) {
            if (extent.endBlock() > blocks) {
                throw refused(
                        where
                                + " writes up to block "
                                + extent.endBlock()
                                + " of a partition of "
                                + blocks);
            }
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

    private void checkData(String where, InstallOperation operation) throws ManifestException {
        OperationType type = operation.type();
        if (!type.applied()) {
            throw refused(
                    where + " is " + type + "; only REPLACE, REPLACE_ZSTD and ZERO are applied");
        }
        if (operation.hasSource()) {
            throw refused(where + " reads the running slot, which a full payload does not");
        }
        if (!type.hasData()) {
            if (operation.dataLength() != 0 || operation.dataSha256().isPresent()) {
                throw refused(where + " is " + type + " and must not have data");
            }
            return;
        }
        long written = operation.blocks() * BLOCK_SIZE;
        if (written > OPERATION_BYTES_MAX || operation.dataLength() > OPERATION_BYTES_MAX) {
            throw refused(where + " handles more than " + OPERATION_BYTES_MAX + " bytes");
        }
        if (operation.dataLength() == 0
                || (type == OperationType.REPLACE && operation.dataLength() > written)) {
            throw refused(
                    where
                            + " has "
                            + operation.dataLength()
                            + " bytes of data for "
                            + written
                            + " bytes of the partition");
        }
        if (operation.dataSha256().isEmpty()) {
            throw new ManifestException(
                    ManifestException.OPERATION_HASH_MISSING, where + " has no hash of its data");
        }
        if (operation.dataOffset() != dataCursor) {
            throw refused(
                    where
                            + " has its data at offset "
                            + operation.dataOffset()
                            + ", expected "
                            + dataCursor);
        }
        dataCursor += operation.dataLength();
    }

    private static ManifestException refused(String message) {
        return new ManifestException(ManifestException.MANIFEST_PARSE, message);
    }
}
