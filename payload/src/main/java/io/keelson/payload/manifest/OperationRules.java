package io.keelson.payload.manifest;

import java.util.List;
import java.util.Set;

/**
 * What one operation must obey. Every limit bounds memory: what is not listed streams through.
 *
 * <p>One instance sees all operations of a payload in order, because their data follow each other
 * without gap.
 */
final class OperationRules {
    private final Set<Capability> capabilities;
    private long dataCursor;

    OperationRules(Set<Capability> capabilities) {
        this.capabilities = capabilities;
    }

    /** Where the data of the operations seen so far ends. */
    long dataEnd() {
        return dataCursor;
    }

    /** Checks all but where it writes. */
    void check(String where, InstallOperation operation, Room room) throws ManifestException {
        requireKnown(where, operation.type());
        if (operation.destination().isEmpty()) {
            throw refused(where + " writes nothing");
        }
        requireInside(where + " writes", operation.destination(), room.blocks());
        OperationLimits limits = OperationLimits.of(operation.type());
        limits.requireWritten(where, bytes(operation.destination()));
        checkSource(where, operation, room, limits);
        checkHistory(where, operation, room, limits);
        checkData(where, operation, limits);
    }

    private void requireKnown(String where, OperationType type) throws ManifestException {
        if (!type.applied()) {
            throw refused(where + " is " + type + ", which is not applied here");
        }
        if (type.capability().isPresent() && !capabilities.contains(type.capability().get())) {
            throw refused(
                    where
                            + " is "
                            + type
                            + " and needs the capability \""
                            + type.capability().get().text()
                            + "\", which this host did not announce");
        }
    }

    private static void checkSource(
            String where, InstallOperation operation, Room room, OperationLimits limits)
            throws ManifestException {
        InstallOperation.Source source = operation.source();
        if (!operation.type().hasSource()) {
            if (!source.isEmpty()) {
                throw refused(where + " is " + operation.type() + " and must not have a source");
            }
            return;
        }
        if (room.isFull()) {
            throw refused(where + " reads the running slot, which a full payload does not");
        }
        if (source.extents().isEmpty()) {
            throw refused(where + " is " + operation.type() + " and names no source");
        }
        requireInside(where + " reads", source.extents(), room.sourceBlocks());
        limits.requireSource(where, bytes(source.extents()));
        if (source.sha256().isEmpty()) {
            throw new ManifestException(
                    ManifestException.OPERATION_HASH_MISSING,
                    where + " has no hash of the source it reads");
        }
        if (operation.type() == OperationType.SOURCE_COPY
                && source.blocks() != operation.blocks()) {
            throw refused(
                    where
                            + " copies "
                            + source.blocks()
                            + " blocks to "
                            + operation.blocks()
                            + " blocks");
        }
    }

    private static void checkHistory(
            String where, InstallOperation operation, Room room, OperationLimits limits)
            throws ManifestException {
        List<Extent> history = operation.history();
        if (operation.type() != OperationType.ZSTD_HISTORY) {
            if (!history.isEmpty()) {
                throw refused(where + " is " + operation.type() + " and must not have a history");
            }
            return;
        }
        if (history.isEmpty()) {
            throw refused(where + " is ZSTD_HISTORY and names no history");
        }
        requireInside(where + " looks back at", history, room.writtenBlocks());
        limits.requireHistory(where, bytes(history));
    }

    private void checkData(String where, InstallOperation operation, OperationLimits limits)
            throws ManifestException {
        OperationType type = operation.type();
        long length = operation.dataLength();
        if (!type.hasData()) {
            if (length != 0 || operation.dataSha256().isPresent()) {
                throw refused(where + " is " + type + " and must not have data");
            }
            return;
        }
        long written = bytes(operation.destination());
        limits.requireData(where, length);
        if (length == 0 || (type == OperationType.REPLACE && length > written)) {
            throw refused(
                    where
                            + " has "
                            + length
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
        dataCursor += length;
    }

    /** Also keeps every later sum of blocks within a long: an extent alone is in range first. */
    private static void requireInside(String what, List<Extent> extents, long blocks)
            throws ManifestException {
        for (Extent extent : extents) {
            if (extent.endBlock() > blocks) {
                throw refused(
                        what
                                + " up to block "
                                + extent.endBlock()
                                + " of a partition of "
                                + blocks);
            }
        }
    }

    private static long bytes(List<Extent> extents) {
        return InstallOperation.blocks(extents) * ManifestRules.BLOCK_SIZE;
    }

    private static ManifestException refused(String message) {
        return new ManifestException(ManifestException.MANIFEST_PARSE, message);
    }

    /**
     * The blocks an operation may name.
     *
     * @param sourceBlocks of the running slot's partition
     * @param blocks of the new partition
     * @param writtenBlocks how many of them, from the first, the operations before it wrote
     * @param isFull whether the payload promises to read nothing of the running slot
     */
    record Room(long sourceBlocks, long blocks, long writtenBlocks, boolean isFull) {}
}
