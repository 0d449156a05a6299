package io.keelson.payload.apply;

import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.operation.HistoryBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What operations of one partition look back at: the last bytes are kept in memory, anything older
 * is read back from the target once the writing thread has got that far. Used by one thread at a
 * time, in the payload's order.
 */
final class WrittenHistory implements HistoryBytes {
    private final Written written;
    private final Memory memory;
    private final int keptBytes;
    private final int roomBytes;
    private ByteBuffer window = ByteBuffer.allocate(0);

    /** Offset in the partition of the window's first byte. */
    private long windowStart;

    private ByteBuffer gathered = ByteBuffer.allocateDirect(0);

    private WrittenHistory(
            Written written, Memory memory, int keptBytes, int roomBytes, long start) {
        this.written = written;
        this.memory = memory;
        this.keptBytes = keptBytes;
        this.roomBytes = roomBytes;
        this.windowStart = start;
    }

    /**
     * Keeps as much in memory as the partition's operations look back, within the limit.
     *
     * @param memory is this history's from its first bytes on, and no more that of one before
     */
    static WrittenHistory of(PartitionUpdate update, long start, Written written, Memory memory) {
        long distance = 0;
        long longest = 0;
        for (InstallOperation operation : update.operations()) {
            if (operation.type() == OperationType.ZSTD_HISTORY) {
                long at = operation.destination().getFirst().startBlock();
                for (Extent extent : operation.history()) {
                    distance = Math.max(distance, at - extent.startBlock());
                }
                longest = Math.max(longest, operation.blocks());
            }
        }
        int kept =
                (int)
                        Math.min(
                                ManifestRules.HISTORY_BYTES_MAX,
                                distance * ManifestRules.BLOCK_SIZE);
        int room = (int) Math.max(1 << 20, longest * ManifestRules.BLOCK_SIZE);
        return new WrittenHistory(written, memory, kept, room, start);
    }

    /** Takes note of the partition's next bytes; leaves the buffer as it is. */
    void append(ByteBuffer content) {
        if (keptBytes == 0) {
            return;
        }
        if (window.capacity() == 0) {
            window = memory.of(keptBytes + roomBytes);
        }
        ByteBuffer rest = content.duplicate();
        while (rest.hasRemaining()) {
            if (!window.hasRemaining()) {
                slide();
            }
            int count = Math.min(window.remaining(), rest.remaining());
            window.put(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
        }
    }

    @Override
    public ByteBuffer of(List<Extent> extents) throws IOException {
        if (extents.size() == 1 && isKept(extents.getFirst())) {
            return kept(extents.getFirst());
        }
        int bytes = (int) InstallOperation.blocks(extents) * ManifestRules.BLOCK_SIZE;
        if (gathered.capacity() < bytes) {
            gathered = ByteBuffer.allocateDirect(bytes);
        }
        gathered.clear();
        for (Extent extent : extents) {
            if (isKept(extent)) {
                gathered.put(kept(extent));
                continue;
            }
            int length = (int) extent.blocks() * ManifestRules.BLOCK_SIZE;
            ByteBuffer part = gathered.slice(gathered.position(), length);
            written.read(part, extent.startBlock() * ManifestRules.BLOCK_SIZE);
            gathered.position(gathered.position() + length);
        }
        return gathered.flip();
    }

    private boolean isKept(Extent extent) {
        return extent.startBlock() * ManifestRules.BLOCK_SIZE >= windowStart
                && extent.endBlock() * ManifestRules.BLOCK_SIZE <= windowStart + window.position();
    }

    private ByteBuffer kept(Extent extent) {
        long offset = extent.startBlock() * ManifestRules.BLOCK_SIZE - windowStart;
        return window.slice((int) offset, (int) extent.blocks() * ManifestRules.BLOCK_SIZE);
    }

    private void slide() {
        int dropped = window.position() - keptBytes;
        window.flip().position(dropped);
        window.compact();
        windowStart += dropped;
    }

    /** One window after the other: what a partition no longer needs is the next one's. */
    static final class Memory {
        private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

        private ByteBuffer of(int bytes) {
            if (buffer.capacity() < bytes) {
                buffer = ByteBuffer.allocateDirect(bytes);
            }
            return buffer.clear().slice(0, bytes);
        }
    }

    /** Reads what was written, waiting for it where need be. */
    @FunctionalInterface
    interface Written {
        void read(ByteBuffer into, long offset) throws IOException;
    }
}
