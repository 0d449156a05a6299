package io.keelson.payload.apply;

import java.nio.ByteBuffer;

/**
 * The memory that operations' data is received into: a few buffers that most data fits into, and a
 * single one for the largest of the payload, so that the sum stays small.
 */
final class DataBuffers {
    private static final int SMALL_BYTES = 2 << 20;

    private final Belt.Queue<ByteBuffer> small;
    private final Belt.Queue<ByteBuffer> large;
    private final int smallBytes;

    private DataBuffers(Belt belt, int count, int longest) {
        this.small = belt.queue(count);
        this.large = belt.queue(1);
        this.smallBytes = Math.min(SMALL_BYTES, longest);
    }

    /**
     * Makes the buffers.
     *
     * @param count how many operations' data is held at a time
     * @param longest bytes of the longest data of any operation
     */
    static DataBuffers of(Belt belt, int count, int longest) throws Belt.StoppedException {
        var buffers = new DataBuffers(belt, count, longest);
        for (int i = 0; i < count; i++) {
            buffers.small.put(ByteBuffer.allocateDirect(buffers.smallBytes));
        }
        if (longest > buffers.smallBytes) {
            buffers.large.put(ByteBuffer.allocateDirect(longest));
        }
        return buffers;
    }

    /** An empty buffer with room for so many bytes; waits until one is free. */
    ByteBuffer take(long bytes) throws Belt.StoppedException {
        return (bytes > smallBytes ? large : small).take().clear();
    }

    void giveBack(ByteBuffer buffer) throws Belt.StoppedException {
        (buffer.capacity() > smallBytes ? large : small).put(buffer);
    }
}
