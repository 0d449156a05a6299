package io.keelson.payload.manifest;

import io.keelson.disk.gpt.RootHash;
import io.keelson.payload.wire.WireException;
import io.keelson.payload.wire.WireReader;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Parses the manifest, field numbers as in AOSP's update_metadata.proto.
 *
 * <p>It checks the shape alone; what a host may apply is decided by {@link ManifestRules}.
 */
public final class ManifestParser {
    /** Private field of PartitionUpdate: the dm-verity root hash of the new content. */
    static final int ROOT_HASH_FIELD = 1001;

    /** Private field of InstallOperation: extents of {@link OperationType#ZSTD_HISTORY}. */
    static final int HISTORY_FIELD = 1000;

    /** Private field of DeltaArchiveManifest: SHA-256 of the chunk index. */
    static final int CHUNK_INDEX_FIELD = 1000;

    static final int DEFAULT_BLOCK_SIZE = 4096;
    static final int PARTITIONS_MAX = 64;

    /** Most operations of all partitions together; with their extents they bound the memory. */
    static final int OPERATIONS_MAX = 1 << 16;

    /** Most extents of one operation, for each of the lists it may have. */
    static final int EXTENTS_MAX = 1 << 12;

    /** Most extents of all operations together. */
    static final int EXTENTS_IN_ALL_MAX = 1 << 18;

    private static final int BLOCK_SIZE_MAX = 1 << 20;
    private static final int NAME_BYTES_MAX = 64;
    private static final int SALT_BYTES_MAX = 256;
    // AOSP marks blocks that exist nowhere with the largest start block.
    private static final long SPARSE_HOLE = -1L;

    private int operationsSeen;
    private int extentsSeen;

    private ManifestParser() {}

    public static PayloadManifest parse(byte[] bytes) throws ManifestException {
        try {
            return new ManifestParser().manifest(WireReader.of(bytes));
        } catch (WireException e) {
            ManifestException refused =
                    new ManifestException(
                            ManifestException.MANIFEST_PARSE,
                            "the payload manifest cannot be read: " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    private PayloadManifest manifest(WireReader in) throws WireException {
        int blockSize = DEFAULT_BLOCK_SIZE;
        long signaturesOffset = 0;
        int signaturesSize = 0;
        int minorVersion = 0;
        boolean partial = false;
        List<PartitionUpdate> partitions = new ArrayList<>();
        Optional<Sha256> chunkIndex = Optional.empty();
        while (in.next()) {
            switch (in.field()) {
                case 3 -> blockSize = in.single().count(BLOCK_SIZE_MAX);
                case 4 -> signaturesOffset = in.single().count();
                case 5 -> signaturesSize = in.single().count(PayloadHeader.SIGNATURES_BYTES_MAX);
                case 12 -> minorVersion = in.single().count(Integer.MAX_VALUE);
                case 13 -> {
                    limit("partitions", partitions.size(), PARTITIONS_MAX);
                    partitions.add(partition(in.message()));
                }
                case 16 -> partial = in.single().bool();
                case CHUNK_INDEX_FIELD -> chunkIndex = Optional.of(digest(in.single()));
                default -> in.skip();
            }
        }
        if (blockSize == 0) {
            throw new WireException("the block size is 0");
        }
        Optional<PayloadManifest.SignaturesLocation> signatures =
                signaturesSize == 0
                        ? Optional.empty()
                        : Optional.of(
                                new PayloadManifest.SignaturesLocation(
                                        signaturesOffset, signaturesSize));
        return new PayloadManifest(
                blockSize, signatures, minorVersion, partial, partitions, chunkIndex);
    }

    private PartitionUpdate partition(WireReader in) throws WireException {
        String name = "";
        String version = "";
        String algorithm = "";
        String salt = "";
        Optional<RootHash> rootHash = Optional.empty();
        Optional<PartitionUpdate.Content> old = Optional.empty();
        PartitionUpdate.Content info = new PartitionUpdate.Content(0, Optional.empty());
        List<InstallOperation> operations = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.single().string(NAME_BYTES_MAX);
                case 6 -> old = Optional.of(info(in.single().message()));
                case 7 -> info = info(in.single().message());
                case 8 -> {
                    limit("operations", operationsSeen, OPERATIONS_MAX);
                    operationsSeen++;
                    operations.add(operation(in.message()));
                }
                case 12 -> algorithm = in.single().string(NAME_BYTES_MAX);
                case 13 -> salt = HexFormat.of().formatHex(in.single().bytes(SALT_BYTES_MAX));
                case 17 -> version = in.single().string(NAME_BYTES_MAX);
                case ROOT_HASH_FIELD ->
                        rootHash = Optional.of(new RootHash(digest(in.single()).hex()));
                default -> in.skip();
            }
        }
        Optional<PartitionUpdate.Verity> verity =
                algorithm.isEmpty() && rootHash.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new PartitionUpdate.Verity(algorithm, salt, rootHash));
        return new PartitionUpdate(name, old, info, version, verity, operations);
    }

    private static PartitionUpdate.Content info(WireReader in) throws WireException {
        long size = 0;
        Optional<Sha256> hash = Optional.empty();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> size = in.single().count();
                case 2 -> hash = Optional.of(digest(in.single()));
                default -> in.skip();
            }
        }
        return new PartitionUpdate.Content(size, hash);
    }

    private InstallOperation operation(WireReader in) throws WireException {
        Optional<OperationType> type = Optional.empty();
        long offset = 0;
        long length = 0;
        List<Extent> source = new ArrayList<>();
        List<Extent> destination = new ArrayList<>();
        List<Extent> history = new ArrayList<>();
        Optional<Sha256> dataHash = Optional.empty();
        Optional<Sha256> sourceHash = Optional.empty();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = Optional.of(type(in.single().count()));
                case 2 -> offset = in.single().count();
                case 3 -> length = in.single().count();
                case 4 -> addExtent(source, in);
                case 6 -> addExtent(destination, in);
                case 8 -> dataHash = Optional.of(digest(in.single()));
                case 9 -> sourceHash = Optional.of(digest(in.single()));
                case HISTORY_FIELD -> addExtent(history, in);
                // 5 and 7 are lengths in bytes of the extents, which count in whole blocks here.
                default -> in.skip();
            }
        }
        return new InstallOperation(
                type.orElseThrow(() -> new WireException("an operation has no type")),
                new InstallOperation.Data(offset, length, dataHash),
                new InstallOperation.Source(source, sourceHash),
                destination,
                history);
    }

    private void addExtent(List<Extent> list, WireReader in) throws WireException {
        limit("extents in one list", list.size(), EXTENTS_MAX);
        limit("extents", extentsSeen, EXTENTS_IN_ALL_MAX);
        extentsSeen++;
        list.add(extent(in.message()));
    }

    private static OperationType type(long number) throws WireException {
        if (number <= Integer.MAX_VALUE) {
            Optional<OperationType> type = OperationType.of((int) number);
            if (type.isPresent()) {
                return type.get();
            }
        }
        throw new WireException("operation type " + number + " is not known");
    }

    private static Extent extent(WireReader in) throws WireException {
        long start = 0;
        long blocks = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> start = in.single().raw64();
                case 2 -> blocks = in.single().count();
                default -> in.skip();
            }
        }
        if (start == SPARSE_HOLE) {
            throw new WireException("an operation uses a sparse hole");
        }
        if (start < 0 || blocks == 0 || start > Long.MAX_VALUE - blocks) {
            throw new WireException(
                    "an extent of "
                            + blocks
                            + " blocks at block "
                            + Long.toUnsignedString(start)
                            + " is out of range");
        }
        return new Extent(start, blocks);
    }

    private static Sha256 digest(WireReader in) throws WireException {
        byte[] bytes = in.bytes(Sha256.BYTES);
        if (bytes.length != Sha256.BYTES) {
            throw new WireException("field " + in.field() + " is not a sha-256 digest");
        }
        return Sha256.of(bytes);
    }

    private static void limit(String what, int size, int max) throws WireException {
        if (size == max) {
            throw new WireException("there are more than " + max + " " + what);
        }
    }
}
