package io.keelson.payload.apply;

import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.operation.ContentSink;
import io.keelson.payload.operation.OperationExecutor;
import io.keelson.payload.operation.SourceMismatchException;
import io.keelson.payload.patch.SourceBytes;
import io.keelson.payload.repack.FramePacker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Makes content out of operations and their data, on one of several threads. An operation that
 * needs nothing of the ones before it is executed beside them, up to its first full buffer, and
 * passes its content on when its turn comes.
 */
final class ExecuteStage implements ApplyRun.Stage {
    private static final SourceBytes NO_SOURCE =
            new SourceBytes() {
                @Override
                public long size() {
                    return 0;
                }

                @Override
                public void read(long offset, ByteBuffer into) throws IOException {
                    throw new IOException("there is no running slot to read");
                }
            };

    private final Belt.Queue<Optional<Step>> steps;
    private final DataBuffers buffers;
    private final WriteStage writing;
    private final Turns turns;
    private final Optional<PayloadSources> sources;
    private final FramePacker packer;

    /**
     * @param steps what to execute; an empty one ends it
     * @param buffers the steps' data came in
     * @param turns shared by the threads that execute
     */
    ExecuteStage(
            Belt.Queue<Optional<Step>> steps,
            DataBuffers buffers,
            WriteStage writing,
            Turns turns,
            ApplyPlan plan) {
        this.steps = steps;
        this.buffers = buffers;
        this.writing = writing;
        this.turns = turns;
        this.sources = plan.sources();
        this.packer = plan.packer();
    }

    @Override
    public void run() throws PayloadException, Belt.StoppedException {
        try (var executor = new OperationExecutor(packer)) {
            for (Optional<Step> next = steps.take(); next.isPresent(); next = steps.take()) {
                Step step = next.get();
                if (!runsAhead(step.operation().type())) {
                    turns.await(step.number());
                }
                execute(executor, step);
                turns.await(step.number());
                writing.operationDone(step.content());
                turns.next();
                buffers.giveBack(step.data());
            }
        }
        if (turns.leave()) {
            writing.end();
        }
    }

    /**
     * Whether it neither looks back at the new partition nor holds all of its content in memory.
     */
    private static boolean runsAhead(OperationType type) {
        return switch (type) {
            case ZSTD_HISTORY, ZSTD_PATCH, REPACK -> false;
            case REPLACE,
                    REPLACE_BZ,
                    REPLACE_XZ,
                    REPLACE_ZSTD,
                    ZERO,
                    DISCARD,
                    SOURCE_COPY,
                    SOURCE_BSDIFF,
                    BROTLI_BSDIFF,
                    SPLIT_BSDIFF ->
                    true;
            case MOVE, BSDIFF, PUFFDIFF, ZUCCHINI, LZ4DIFF_BSDIFF, LZ4DIFF_PUFFDIFF ->
                    throw new IllegalStateException(type + " passed the rules");
        };
    }

    private void execute(OperationExecutor executor, Step step)
            throws PayloadException, Belt.StoppedException {
        var inputs = new OperationExecutor.Inputs(source(step.content().name()), step.history());
        try {
            executor.execute(step.operation(), step.data(), inputs, new Sink(step));
        } catch (Belt.StoppedException e) {
            throw e;
        } catch (SourceMismatchException e) {
            throw failed(PayloadError.SOURCE_MISMATCH, step, e);
        } catch (IOException e) {
            throw failed(PayloadError.OPERATION_EXECUTION, step, e);
        }
    }

    private SourceBytes source(String partition) {
        if (sources.isEmpty()) {
            return NO_SOURCE;
        }
        return partition.equals(ManifestRules.USR) ? sources.get().usr() : sources.get().uki();
    }

    private static PayloadException failed(PayloadError error, Step step, IOException cause) {
        return new PayloadException(
                error,
                step.where()
                        + " ("
                        + step.operation().type()
                        + ", block "
                        + step.operation().destination().getFirst().startBlock()
                        + ") failed: "
                        + cause.getMessage(),
                cause);
    }

    /**
     * An operation whose data has come.
     *
     * @param number counts the operations of this apply from 0
     * @param where names it in messages
     */
    record Step(
            long number,
            String where,
            InstallOperation operation,
            ByteBuffer data,
            PartitionContent content,
            WrittenHistory history) {}

    private final class Sink implements ContentSink {
        private final Step step;

        Sink(Step step) {
            this.step = step;
        }

        @Override
        public ByteBuffer claim() throws Belt.StoppedException {
            return writing.claim();
        }

        @Override
        public void pass(ByteBuffer claimed) throws Belt.StoppedException {
            turns.await(step.number());
            step.history().append(claimed);
            writing.pass(step.content(), claimed);
        }
    }
}
