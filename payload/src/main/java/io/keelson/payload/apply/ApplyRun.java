package io.keelson.payload.apply;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadData;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.PartitionUpdate;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One pass over the data, on five threads joined by short queues:
 *
 * <pre>
 *   caller            executing, twice   writing                        flushing
 *   receive, hash  →  decompress,     →  hash content and tree,      →  fdatasync,
 *   and compare       patch              write                          journal
 *   data buffers      4 content buffers, 1 history window               1 checkpoint
 * </pre>
 *
 * <p>Operations that do not depend on one another are executed two at a time; {@link Turns} keeps
 * their content in order. More would not help: by then receiving and writing take the time.
 */
final class ApplyRun {
    static final int EXECUTORS = 2;

    /** One more than are executed, so that receiving goes on meanwhile. */
    private static final int DATA_BUFFERS = EXECUTORS + 1;

    private final VerifiedPayload payload;
    private final List<PartitionContent> contents;
    private final ApplyProgress progress;
    private final Belt belt = new Belt();
    private final Belt.Queue<Optional<ExecuteStage.Step>> steps = belt.queue(DATA_BUFFERS);
    private final Turns turns = new Turns(belt, EXECUTORS);
    private final WriteStage writing;
    private final FlushStage flushing;
    private final ApplyPlan plan;
    private long received;

    ApplyRun(
            VerifiedPayload payload,
            ApplyPlan plan,
            List<PartitionContent> contents,
            ApplyProgress progress,
            long flushBytes) {
        this.payload = payload;
        this.plan = plan;
        this.contents = contents;
        this.progress = progress;
        this.flushing = new FlushStage(belt, plan.journal(), payload.identity(), contents);
        this.writing = new WriteStage(belt, payload.manifest(), flushing, flushBytes);
    }

    /**
     * Executes all operations that are not done yet.
     *
     * @return fingerprints of the payload's signers; all that was written is flushed by then
     */
    List<String> run(PayloadData data) throws PayloadException {
        @Nullable PayloadException cut = null;
        List<String> signers = List.of();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(
                        EXECUTORS + 2, Thread.ofPlatform().name("apply-", 1).factory())) {
            try {
                DataBuffers buffers = DataBuffers.of(belt, DATA_BUFFERS, payload.longestData());
                start(threads, buffers);
                signers = receiveAll(data, buffers);
                endOfSteps();
            } catch (Belt.StoppedException _) {
                // Told below, by the thread that failed.
            } catch (PayloadException e) {
                cut = e;
                finishReceived();
            } catch (RuntimeException | Error e) {
                belt.fail(e);
                throw e;
            }
        }
        requireNoFailure();
        if (cut != null) {
            throw cut;
        }
        return signers;
    }

    private void start(ExecutorService threads, DataBuffers buffers) throws Belt.StoppedException {
        writing.start();
        for (int i = 0; i < EXECUTORS; i++) {
            var executing = new ExecuteStage(steps, buffers, writing, turns, plan);
            threads.execute(() -> guarded(executing));
        }
        threads.execute(() -> guarded(writing));
        threads.execute(() -> guarded(flushing));
    }

    private void guarded(Stage stage) {
        try {
            stage.run();
        } catch (Throwable e) {
            belt.fail(e);
        }
    }

    private List<String> receiveAll(PayloadData data, DataBuffers buffers)
            throws PayloadException, Belt.StoppedException {
        List<PartitionUpdate> updates = payload.manifest().partitions();
        var window = new WrittenHistory.Memory();
        for (int i = 0; i < updates.size(); i++) {
            PartitionUpdate update = updates.get(i);
            var history =
                    WrittenHistory.of(
                            update,
                            contents.get(i).position(),
                            writing.written(contents.get(i)),
                            window);
            for (int k = contents.get(i).operations(); k < update.operations().size(); k++) {
                InstallOperation operation = update.operations().get(k);
                ByteBuffer buffer = buffers.take(operation.dataLength());
                String where = update.name() + " operation " + k;
                data.receive(where, operation, buffer);
                steps.put(
                        Optional.of(
                                new ExecuteStage.Step(
                                        received++,
                                        where,
                                        operation,
                                        buffer.flip(),
                                        contents.get(i),
                                        history)));
                progress.advanced(data.position(), payload.totalBytes());
            }
        }
        List<String> signers = data.end();
        progress.advanced(data.position(), payload.totalBytes());
        return signers;
    }

    /** What has been received is executed and made durable before the cut is told. */
    private void finishReceived() {
        try {
            endOfSteps();
        } catch (Belt.StoppedException _) {
            // Nothing more can be done; the last point of the journal stands.
        }
    }

    private void endOfSteps() throws Belt.StoppedException {
        for (int i = 0; i < EXECUTORS; i++) {
            steps.put(Optional.empty());
        }
    }

    private void requireNoFailure() throws PayloadException {
        switch (belt.failure()) {
            case null -> {}
            case PayloadException e -> throw e;
            case InterruptedException e ->
                    throw new PayloadException(
                            PayloadError.OPERATION_EXECUTION, "applying was interrupted", e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e ->
                    throw new IllegalStateException("applying failed: " + e.getMessage(), e);
        }
    }

    /** The work of one thread, until the end comes down its queue. */
    interface Stage {
        void run() throws PayloadException, Belt.StoppedException;
    }
}
