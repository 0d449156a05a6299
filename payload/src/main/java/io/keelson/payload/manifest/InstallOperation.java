package io.keelson.payload.manifest;

import java.util.List;
import java.util.Optional;

/**
 * One step that writes blocks of a partition.
 *
 * <p>Content is whole blocks throughout: where a partition ends inside a block, the rest of that
 * block reads as zeros, is hashed as zeros and is not written.
 *
 * @param destination blocks it writes, in this order
 * @param history Keelson's own field 1000: blocks of the same new partition, written by operations
 *     before this one, in this order the prefix of a {@link OperationType#ZSTD_HISTORY} frame
 */
public record InstallOperation(
        OperationType type,
        Data data,
        Source source,
        List<Extent> destination,
        List<Extent> history) {
    public InstallOperation {
        destination = List.copyOf(destination);
        history = List.copyOf(history);
    }

    /** An operation that reads neither the running slot nor what was written before. */
    public InstallOperation(OperationType type, Data data, List<Extent> destination) {
        this(type, data, Source.NONE, destination, List.of());
    }

    /** Blocks it writes. */
    public long blocks() {
        return blocks(destination);
    }

    public long dataOffset() {
        return data.offset();
    }

    public long dataLength() {
        return data.length();
    }

    public Optional<Sha256> dataSha256() {
        return data.sha256();
    }

    /** Blocks in all of the extents. */
    public static long blocks(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::blocks).sum();
    }

    /**
     * The bytes of the payload it consumes.
     *
     * @param offset bytes from the end of the metadata, 0 without data
     * @param length 0 without data
     * @param sha256 hash of those bytes, absent when the manifest has none
     */
    public record Data(long offset, long length, Optional<Sha256> sha256) {
        public static final Data NONE = new Data(0, 0, Optional.empty());
    }

    /**
     * The blocks of the running slot it reads.
     *
     * @param extents in the order in which the operation sees them
     * @param sha256 hash of those blocks' content, absent when the manifest has none
     */
    public record Source(List<Extent> extents, Optional<Sha256> sha256) {
        public static final Source NONE = new Source(List.of(), Optional.empty());

        public Source {
            extents = List.copyOf(extents);
        }

        public boolean isEmpty() {
            return extents.isEmpty() && sha256.isEmpty();
        }

        public long blocks() {
            return InstallOperation.blocks(extents);
        }
    }
}
