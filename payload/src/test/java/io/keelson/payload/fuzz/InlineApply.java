package io.keelson.payload.fuzz;

import static io.keelson.payload.fuzz.Pieces.BLOCK;

import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.PayloadData;
import io.keelson.payload.PayloadException;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.operation.ContentSink;
import io.keelson.payload.operation.HistoryBytes;
import io.keelson.payload.operation.OperationExecutor;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * The product's reader and operations without its threads, which cost more than tiny operations do.
 * What passes here and what {@code PayloadApplier} says are compared for a part of the inputs.
 */
final class InlineApply {
    private static final int SLOT_BYTES_MAX = 1 << 20;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int DATA_BYTES_MAX = 8 << 20;

    private final StageCounts counts;
    private final ByteBuffer data = ByteBuffer.allocateDirect(DATA_BYTES_MAX);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer history = ByteBuffer.allocateDirect(SLOT_BYTES_MAX);
    private final byte[] slot = new byte[SLOT_BYTES_MAX];
    private final OperationExecutor executor = new OperationExecutor();
    private int written;

    InlineApply(StageCounts counts) {
        this.counts = counts;
    }

    /** How an input ended. */
    enum Outcome {
        APPLIED,
        OPERATION_REFUSED,
        SLOT_FULL,
        WRONG_CONTENT,
        WRONG_ROOT_HASH
    }

    Outcome apply(VerifiedPayload payload) throws PayloadException {
        PayloadData input = payload.data();
        Outcome content = Outcome.APPLIED;
        for (PartitionUpdate partition : payload.manifest().partitions()) {
            boolean usr = partition.name().equals("usr");
            SourceBytes source = new OldSlot(usr ? Pieces.OLD_USR : Pieces.OLD_UKI);
            written = 0;
            for (InstallOperation operation : partition.operations()) {
                input.receive("an operation", operation, data.clear());
                counts.add("reached 6: operation " + operation.type());
                Outcome done = execute(operation, source);
                if (done != Outcome.APPLIED) {
                    return done;
                }
                counts.add("reached 7: content of " + operation.type());
            }
            if (content == Outcome.APPLIED) {
                content = judge(partition, usr);
            }
        }
        input.end();
        counts.add("reached 8: payload signature holds");
        return content;
    }

    private Outcome execute(InstallOperation operation, SourceBytes source) {
        long end = written + operation.blocks() * BLOCK;
        try {
            executor.execute(
                    operation,
                    data.flip(),
                    new OperationExecutor.Inputs(source, new History()),
                    new Sink());
        } catch (SlotFullException _) {
            return Outcome.SLOT_FULL;
        } catch (IOException _) {
            return Outcome.OPERATION_REFUSED;
        }
        if (written != end) {
            throw new AssertionError(operation + " ended at " + written + ", not at " + end);
        }
        return Outcome.APPLIED;
    }

    private Outcome judge(PartitionUpdate partition, boolean usr) {
        int size = (int) Math.min(partition.sizeBytes(), written);
        ByteBuffer content = ByteBuffer.wrap(slot, 0, size);
        var digest = Sha256.digest();
        digest.update(content.duplicate());
        if (!partition.sha256().orElseThrow().matches(digest)) {
            return Outcome.WRONG_CONTENT;
        }
        counts.add("reached 7: signed content of " + partition.name());
        if (!usr) {
            return Outcome.APPLIED;
        }
        PartitionUpdate.Verity verity = partition.verity().orElseThrow();
        VerityTree.Builder tree =
                VerityTree.builder(
                        size / BLOCK,
                        HexFormat.of().parseHex(verity.saltHex()),
                        VerityDefaults.UUID_OF_TREE);
        tree.update(content);
        return tree.finish().rootHash().equals(verity.rootHash().orElseThrow())
                ? Outcome.APPLIED
                : Outcome.WRONG_ROOT_HASH;
    }

    private final class Sink implements ContentSink {
        @Override
        public ByteBuffer claim() {
            return buffer.clear();
        }

        @Override
        public void pass(ByteBuffer claimed) throws IOException {
            int length = claimed.remaining();
            if (length > SLOT_BYTES_MAX - written) {
                throw new SlotFullException();
            }
            claimed.get(slot, written, length);
            written += length;
        }
    }

    private final class History implements HistoryBytes {
        @Override
        public ByteBuffer of(List<Extent> extents) throws IOException {
            history.clear();
            for (Extent extent : extents) {
                if (extent.endBlock() > written / BLOCK) {
                    throw new AssertionError(extent + " of " + written + " bytes is looked at");
                }
                int length = (int) extent.blocks() * BLOCK;
                if (length > history.remaining()) {
                    throw new IOException("more history than this fuzzing has room for");
                }
                history.put(slot, (int) extent.startBlock() * BLOCK, length);
            }
            return history.flip();
        }
    }

    private static final class SlotFullException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
