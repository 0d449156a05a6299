package io.keelson.payload.apply;

import io.keelson.payload.PayloadException;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PayloadManifest;

import java.nio.ByteBuffer;

/** Hashes and writes content in the order it is made, and asks for a flush every so often. */
final class WriteStage implements ApplyRun.Stage {
    /** Written bytes after which a flush is asked for: what a power cut may cost. */
    static final long FLUSH_BYTES = 32L << 20;

    /** One for each thread that waits for its turn with a full one, and enough to overlap. */
    private static final int BUFFERS = 2 + ApplyRun.EXECUTORS;

    private static final int BUFFER_BYTES_MIN = 1 << 20;
    private static final int ITEMS = 16;

    private final Belt belt;
    private final FlushStage flushing;
    private final Belt.Queue<ByteBuffer> free;
    private final Belt.Queue<Item> items;
    private final long flushBytes;
    private final int bufferBytes;
    private long unflushed;

    WriteStage(Belt belt, PayloadManifest manifest, FlushStage flushing, long flushBytes) {
        this.belt = belt;
        this.flushing = flushing;
        this.flushBytes = flushBytes;
        this.free = belt.queue(BUFFERS);
        this.items = belt.queue(ITEMS);
        this.bufferBytes = bufferBytes(manifest);
    }

    /** Makes the buffers; before any thread uses them. */
    void start() throws Belt.StoppedException {
        for (int i = 0; i < BUFFERS; i++) {
            free.put(ByteBuffer.allocateDirect(bufferBytes));
        }
    }

    /** An empty buffer with room for the content of any operation that is decoded in one go. */
    ByteBuffer claim() throws Belt.StoppedException {
        return free.take().clear();
    }

    /** Takes the partition's next bytes, in a claimed buffer. */
    void pass(PartitionContent content, ByteBuffer bytes) throws Belt.StoppedException {
        items.put(new Item.Bytes(content, bytes));
    }

    /** States that all bytes of the partition's next operation were passed. */
    void operationDone(PartitionContent content) throws Belt.StoppedException {
        items.put(new Item.OperationDone(content));
    }

    void end() throws Belt.StoppedException {
        items.put(new Item.End());
    }

    /** Reads what was passed, once it is written. */
    WrittenHistory.Written written(PartitionContent content) {
        return (into, offset) -> {
            long end = offset + into.remaining();
            belt.await(() -> content.position() >= end);
            content.target().read(into, offset);
        };
    }

    @Override
    public void run() throws PayloadException, Belt.StoppedException {
        while (true) {
            switch (items.take()) {
                case Item.Bytes(PartitionContent content, ByteBuffer bytes) -> {
                    long before = content.position();
                    content.append(bytes);
                    unflushed += content.position() - before;
                    // Also wakes who waits to read what was just written.
                    free.put(bytes);
                }
                case Item.OperationDone(PartitionContent content) -> {
                    content.operationDone();
                    if (unflushed >= flushBytes) {
                        flushing.flush();
                        unflushed = 0;
                    }
                }
                case Item.End() -> {
                    flushing.flush();
                    flushing.end();
                    return;
                }
            }
        }
    }

    private static int bufferBytes(PayloadManifest manifest) {
        return manifest.partitions().stream()
                .flatMap(partition -> partition.operations().stream())
                .filter(operation ->
                        operation.type() == OperationType.REPLACE_ZSTD
                                || operation.type() == OperationType.ZSTD_HISTORY)
                .mapToInt(operation -> (int) operation.blocks() * ManifestRules.BLOCK_SIZE)
                .reduce(BUFFER_BYTES_MIN, Math::max);
    }

    private sealed interface Item {
        record Bytes(PartitionContent content, ByteBuffer bytes) implements Item {}

        record OperationDone(PartitionContent content) implements Item {}

        record End() implements Item {}
    }
}
