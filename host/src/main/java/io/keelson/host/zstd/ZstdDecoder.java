package io.keelson.host.zstd;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Decompresses Zstandard frames (RFC 8878) with libzstd.so.1. The only memory it needs beside the
 * caller's buffers is one decoding context. Not for use by two threads at a time.
 */
public final class ZstdDecoder implements AutoCloseable {
    private static final ByteBuffer NO_PREFIX = ByteBuffer.allocate(0);

    private MemorySegment context;

    /**
     * @throws IllegalStateException when libzstd.so.1 is not there or has no memory; see {@link
     *     #available}
     */
    public ZstdDecoder() {
        context = LibZstd.createContext();
    }

    /** Whether this system has the library. */
    public static boolean available() {
        return LibZstd.FUNCTIONS.isPresent();
    }

    /**
     * Decompresses one whole frame: all of the source into the target, moving both positions.
     *
     * @return the number of bytes put into the target
     * @throws IOException when the source is damaged, is not exactly one frame, or needs more space
     *     than the target has; the positions are unchanged then
     */
    public int decompress(ByteBuffer source, ByteBuffer target) throws IOException {
        return decompress(NO_PREFIX, source, target);
    }

    /**
     * As {@link #decompress(ByteBuffer, ByteBuffer)}, for a frame that was compressed with the
     * prefix (raw content, as {@code zstd --patch-from} uses it) before it. The prefix keeps its
     * position.
     */
    public int decompress(ByteBuffer prefix, ByteBuffer source, ByteBuffer target)
            throws IOException {
        if (context.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("the decoder is closed");
        }
        try (var arena = Arena.ofConfined()) {
            MemorySegment in = nativeBytes(arena, source);
            MemorySegment out =
                    target.isDirect()
                            ? MemorySegment.ofBuffer(target)
                            : arena.allocate(Math.max(1, target.remaining()))
                                    .asSlice(0, target.remaining());
            long frameBytes = LibZstd.frameSize(in);
            if (frameBytes != in.byteSize()) {
                throw new IOException(
                        "zstd: %d bytes follow the frame".formatted(in.byteSize() - frameBytes));
            }
            // Without it a prefix that an earlier, refused frame has left would be used.
            LibZstd.refPrefix(context, nativeBytes(arena, prefix));
            int count = Math.toIntExact(LibZstd.decompress(context, in, out));
            if (!target.isDirect()) {
                MemorySegment.ofBuffer(target).copyFrom(out.asSlice(0, count));
            }
            source.position(source.limit());
            target.position(target.position() + count);
            return count;
        }
    }

    private static MemorySegment nativeBytes(Arena arena, ByteBuffer bytes) {
        MemorySegment segment = MemorySegment.ofBuffer(bytes);
        if (bytes.isDirect()) {
            return segment;
        }
        MemorySegment copy = arena.allocate(Math.max(1, bytes.remaining()));
        return copy.copyFrom(segment).asSlice(0, bytes.remaining());
    }

    @Override
    public void close() {
        if (!context.equals(MemorySegment.NULL)) {
            LibZstd.freeContext(context);
            context = MemorySegment.NULL;
        }
    }
}
