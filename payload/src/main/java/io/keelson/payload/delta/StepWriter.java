package io.keelson.payload.delta;

import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.InstallOperation;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Encodes ranges side by side and writes their data in order; holds few results at a time. */
final class StepWriter {
    private static final int QUEUED_PER_WORKER = 4;

    private final ExecutorService pool;
    private final int queuedMax;
    private final OutputStream data;
    private final WriteProgress progress;
    private final long totalBlocks;
    private long doneBlocks;
    private long dataOffset;

    StepWriter(
            ExecutorService pool,
            int workers,
            OutputStream data,
            WriteProgress progress,
            long totalBlocks) {
        this.pool = pool;
        this.queuedMax = workers * QUEUED_PER_WORKER;
        this.data = data;
        this.progress = progress;
        this.totalBlocks = totalBlocks;
    }

    long dataOffset() {
        return dataOffset;
    }

    List<InstallOperation> write(List<PlannedRange> ranges, RangeEncoder encoder)
            throws IOException, InterruptedException {
        List<InstallOperation> operations = new ArrayList<>();
        Queue<Pending> pending = new ArrayDeque<>();
        for (PlannedRange range : ranges) {
            pending.add(new Pending(range.blocks(), pool.submit(() -> encoder.encode(range))));
            if (pending.size() >= queuedMax) {
                writeOldest(pending, operations);
            }
        }
        while (!pending.isEmpty()) {
            writeOldest(pending, operations);
        }
        return operations;
    }

    private void writeOldest(Queue<Pending> pending, List<InstallOperation> operations)
            throws IOException, InterruptedException {
        Pending oldest = pending.remove();
        for (Step step : result(oldest.steps)) {
            operations.add(write(step));
        }
        advance(oldest.blocks);
    }

    InstallOperation write(Step step, int blocks) throws IOException {
        InstallOperation operation = write(step);
        advance(blocks);
        return operation;
    }

    private InstallOperation write(Step step) throws IOException {
        InstallOperation operation = step.at(dataOffset);
        data.write(step.data());
        dataOffset += step.data().length;
        return operation;
    }

    private void advance(int blocks) {
        doneBlocks += blocks;
        progress.advanced(doneBlocks * ImageFile.BLOCK, totalBlocks * ImageFile.BLOCK);
    }

    static <T> T result(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException("making a part of the delta failed: " + e.getMessage(), e);
        }
    }

    private record Pending(int blocks, Future<List<Step>> steps) {}
}
