package io.keelson.payload.foreign;

import io.keelson.payload.PayloadTarget;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.operation.ContentSink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Spreads an operation's content over its extents. */
final class ExtentSink implements ContentSink {
    private final PayloadTarget target;
    private final long partitionBytes;
    private final Deque<Extent> rest;
    private final ByteBuffer buffer;

    /** Bytes already written of the first of the remaining extents. */
    private long inside;

    /**
     * @param buffer direct, for one sink at a time
     */
    ExtentSink(PayloadTarget target, long partitionBytes, List<Extent> extents, ByteBuffer buffer) {
        this.buffer = buffer;
        this.target = target;
        this.partitionBytes = partitionBytes;
        this.rest = new ArrayDeque<>(extents);
    }

    @Override
    public ByteBuffer claim() {
        return buffer.clear();
    }

    @Override
    public void pass(ByteBuffer claimed) throws IOException {
        while (claimed.hasRemaining()) {
            Extent extent = rest.getFirst();
            long room = extent.blocks() * ManifestRules.BLOCK_SIZE - inside;
            int count = (int) Math.min(room, claimed.remaining());
            write(
                    claimed.slice(claimed.position(), count),
                    extent.startBlock() * ManifestRules.BLOCK_SIZE + inside);
            claimed.position(claimed.position() + count);
            inside += count;
            if (count == room) {
                rest.removeFirst();
                inside = 0;
            }
        }
    }

    /** The last block may go beyond the partition's end; that part of it is nowhere. */
    private void write(ByteBuffer bytes, long offset) throws IOException {
        long there = Math.max(0, Math.min(bytes.remaining(), partitionBytes - offset));
        target.write(bytes.limit((int) there), offset);
    }
}
