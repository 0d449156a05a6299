package io.keelson.payload.index;

import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.PayloadRanges;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which operations of a full payload need no data, because the running release has the blocks.
 *
 * <pre>{@code
 * VerifiedPayload full = PayloadReader.open(in, keys);              // only the metadata is read
 * ChunkIndex index = ChunkIndex.read(GET(url + ChunkIndex.SUFFIX), full.manifest());
 * byte[] salt = ...;                                                // of the payload's usr tree
 * ChunkPlan plan = ChunkPlan.of(full, index,
 *         LocalBlocks.ofVerity(runningUsrVerity, salt), LocalBlocks.hashing(runningUki, salt));
 * RangeSource get = (from, to) -> GET(url, "Range: bytes=" + from + "-" + (to - 1));
 * ApplyPlan apply = ApplyPlan.to(targets).from(new PayloadSources(runningUsr, runningUki))
 *         .resuming(journal, plan.ranges(get));
 * PayloadApplier.apply(plan.payload(get), apply, progress);
 * }</pre>
 *
 * <p>A plan and the whole payload have the same operations with the same content, so each continues
 * from the other's journal. Should the running release not hold what its hashes say, the root hash
 * does not come out as signed; then the whole payload is the way.
 */
public final class ChunkPlan {
    private final VerifiedPayload full;
    private final PayloadManifest planned;

    /** In the order in which they are read; the last one ends with the payload's signatures. */
    private final List<ByteRange> ranges;

    private ChunkPlan(VerifiedPayload full, PayloadManifest planned, List<ByteRange> ranges) {
        this.full = full;
        this.planned = planned;
        this.ranges = ranges;
    }

    /**
     * Plans how to get a release.
     *
     * @param usr what the running usr partition holds
     * @param uki what the running boot image holds
     */
    public static ChunkPlan of(
            VerifiedPayload full, ChunkIndex index, LocalBlocks usr, LocalBlocks uki) {
        Ranges ranges = new Ranges(full.dataOffset());
        List<PartitionUpdate> updates = new ArrayList<>();
        List<PartitionUpdate> signed = full.manifest().partitions();
        for (int i = 0; i < signed.size(); i++) {
            PartitionUpdate update = signed.get(i);
            LocalBlocks local = update.name().equals(ManifestRules.USR) ? usr : uki;
            List<InstallOperation> operations = new ArrayList<>();
            for (int k = 0; k < update.operations().size(); k++) {
                InstallOperation operation = update.operations().get(k);
                Optional<List<Extent>> source =
                        operation.type().hasData()
                                ? source(index, i, k, operation, local)
                                : Optional.empty();
                operations.add(
                        source.isPresent()
                                ? copy(operation, source.get())
                                : ranges.fetch(operation));
            }
            updates.add(
                    new PartitionUpdate(
                            update.name(),
                            update.source(),
                            update.target(),
                            update.version(),
                            update.verity(),
                            operations));
        }
        return new ChunkPlan(full, planned(full, updates, ranges), ranges.all(full));
    }

    /** Ranges of the payload file to fetch, the payload's signatures among them. */
    public List<ByteRange> fetches() {
        return List.copyOf(ranges);
    }

    /** Bytes of the payload file to fetch. */
    public long fetchBytes() {
        return ranges.stream().mapToLong(ByteRange::bytes).sum();
    }

    /** What to apply instead of the full payload; it can be consumed once. */
    public VerifiedPayload payload(RangeSource source) {
        return full.reusing(planned, new RangeStream(source, ranges));
    }

    /** Opens the planned payload in its middle, for a resumed apply. */
    public PayloadRanges ranges(RangeSource source) {
        return offset -> open(source, offset);
    }

    /**
     * @param offset counted as if the file held the metadata and the fetched ranges alone
     */
    private InputStream open(RangeSource source, long offset) {
        long skipped = offset - full.dataOffset();
        List<ByteRange> rest = new ArrayList<>();
        for (ByteRange range : ranges) {
            if (skipped < range.bytes()) {
                rest.add(new ByteRange(range.from() + skipped, range.toExclusive()));
            }
            skipped = Math.max(0, skipped - range.bytes());
        }
        return new RangeStream(source, rest);
    }

    private static PayloadManifest planned(
            VerifiedPayload full, List<PartitionUpdate> updates, Ranges ranges) {
        PayloadManifest signed = full.manifest();
        int signatureBytes = full.signatures().sizeBytes();
        return new PayloadManifest(
                signed.blockSize(),
                Optional.of(new PayloadManifest.SignaturesLocation(ranges.fetched, signatureBytes)),
                signed.minorVersion(),
                signed.partialUpdate(),
                updates,
                signed.chunkIndex());
    }

    /** Blocks of the running release that are what the operation would write. */
    private static Optional<List<Extent>> source(
            ChunkIndex index,
            int partition,
            int number,
            InstallOperation operation,
            LocalBlocks local) {
        var digest = Sha256.digest();
        List<Extent> extents = new ArrayList<>();
        int likely = 0;
        for (Extent written : operation.destination()) {
            for (long block = written.startBlock(); block < written.endBlock(); block++) {
                int found = local.find(index.prefix(partition, (int) block), likely);
                if (found == LocalBlocks.NOT_FOUND) {
                    return Optional.empty();
                }
                local.addTo(digest, found);
                append(extents, found);
                likely = found + 1;
            }
        }
        return index.matches(partition, number, digest.digest())
                ? Optional.of(extents)
                : Optional.empty();
    }

    private static void append(List<Extent> extents, int block) {
        if (!extents.isEmpty() && extents.getLast().endBlock() == block) {
            Extent last = extents.removeLast();
            extents.add(new Extent(last.startBlock(), last.blocks() + 1));
        } else {
            extents.add(new Extent(block, 1));
        }
    }

    private static InstallOperation copy(InstallOperation operation, List<Extent> source) {
        return new InstallOperation(
                OperationType.SOURCE_COPY,
                InstallOperation.Data.NONE,
                new InstallOperation.Source(source, Optional.empty()),
                operation.destination(),
                List.of());
    }

    /**
     * Collects what must be fetched; its bytes follow each other without gap when they are read.
     */
    private static final class Ranges {
        private final long dataOffset;
        private final List<ByteRange> list = new ArrayList<>();
        private long fetched;

        Ranges(long dataOffset) {
            this.dataOffset = dataOffset;
        }

        InstallOperation fetch(InstallOperation operation) {
            if (!operation.type().hasData()) {
                return operation;
            }
            add(dataOffset + operation.dataOffset(), operation.dataLength());
            var data =
                    new InstallOperation.Data(
                            fetched, operation.dataLength(), operation.dataSha256());
            fetched += operation.dataLength();
            return new InstallOperation(
                    operation.type(),
                    data,
                    operation.source(),
                    operation.destination(),
                    operation.history());
        }

        List<ByteRange> all(VerifiedPayload full) {
            var signatures = full.signatures();
            add(dataOffset + signatures.offset(), signatures.sizeBytes());
            return List.copyOf(list);
        }

        private void add(long from, long bytes) {
            if (!list.isEmpty() && list.getLast().toExclusive() == from) {
                ByteRange last = list.removeLast();
                list.add(new ByteRange(last.from(), from + bytes));
            } else {
                list.add(new ByteRange(from, from + bytes));
            }
        }
    }
}
