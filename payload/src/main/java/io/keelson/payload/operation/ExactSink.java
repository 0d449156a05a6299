package io.keelson.payload.operation;

import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.PatchSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Collects an operation's content, large and small pieces alike, into full buffers; takes no byte
 * more than the operation writes and notices when there are fewer.
 */
final class ExactSink implements PatchSink {
    private final ContentSink sink;
    private long rest;
    private @Nullable ByteBuffer pending;

    ExactSink(ContentSink sink, long bytes) {
        this.sink = sink;
        this.rest = bytes;
    }

    /** A buffer with room for exactly so many bytes, to be given to {@link #passPadded}. */
    ByteBuffer claim(int bytes) throws IOException {
        return sink.claim().limit(bytes);
    }

    /** A buffer with room for so many bytes or less. */
    ByteBuffer claimUpTo(long bytes) throws IOException {
        ByteBuffer buffer = sink.claim();
        return buffer.limit((int) Math.min(buffer.limit(), bytes));
    }

    /**
     * Passes a buffer on up to its limit, zeros where it was not filled: data may be shorter than
     * its blocks (update_engine does the same).
     */
    void passPadded(ByteBuffer claimed) throws IOException {
        fillWithZeros(claimed);
        take(claimed.limit());
        sink.pass(claimed.position(0));
    }

    @Override
    public void write(ByteBuffer piece) throws IOException {
        take(piece.remaining());
        while (piece.hasRemaining()) {
            ByteBuffer buffer = pending == null ? sink.claim() : pending;
            int count = Math.min(buffer.remaining(), piece.remaining());
            buffer.put(piece.slice(piece.position(), count));
            piece.position(piece.position() + count);
            pending = buffer;
            if (!buffer.hasRemaining()) {
                passPending();
            }
        }
    }

    void writeZeros() throws IOException {
        passPending();
        while (rest > 0) {
            passPadded(claimUpTo(rest));
        }
    }

    /** Ends the operation. */
    void finish() throws IOException {
        passPending();
        if (rest != 0) {
            throw new PatchException(
                    "the content ends " + rest + " bytes before the operation's blocks do");
        }
    }

    private void passPending() throws IOException {
        ByteBuffer buffer = pending;
        pending = null;
        if (buffer != null) {
            sink.pass(buffer.flip());
        }
    }

    private void take(int bytes) throws PatchException {
        if (bytes > rest) {
            throw new PatchException("the content is longer than the operation's blocks");
        }
        rest -= bytes;
    }

    private static void fillWithZeros(ByteBuffer buffer) {
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(0);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
    }
}
