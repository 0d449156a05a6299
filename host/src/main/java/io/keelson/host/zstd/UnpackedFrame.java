package io.keelson.host.zstd;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The content of one Zstandard frame in memory outside the Java heap, to be read at random. To be
 * made, read and closed by one thread.
 */
public final class UnpackedFrame implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment content;

    private UnpackedFrame(Arena arena, MemorySegment content) {
        this.arena = arena;
        this.content = content;
    }

    /**
     * Unpacks a frame.
     *
     * @param frameBytes size of the frame
     * @param frame fills a buffer of that size with it
     * @param contentBytes exactly what it must unpack to
     */
    public static UnpackedFrame of(int frameBytes, Filler frame, int contentBytes)
            throws IOException {
        Arena arena = Arena.ofConfined();
        boolean isDone = false;
        try (Arena packed = Arena.ofConfined();
                ZstdDecoder decoder = new ZstdDecoder()) {
            ByteBuffer in = packed.allocate(frameBytes).asByteBuffer();
            frame.fill(in);
            MemorySegment content = arena.allocate(contentBytes);
            int count = decoder.decompress(in.flip(), content.asByteBuffer());
            if (count != contentBytes) {
                throw new IOException(
                        "zstd: the frame holds %d bytes, not %d".formatted(count, contentBytes));
            }
            isDone = true;
            return new UnpackedFrame(arena, content);
        } finally {
            if (!isDone) {
                arena.close();
            }
        }
    }

    /** Fills all that remains of the buffer from this offset on. */
    public void read(long offset, ByteBuffer into) {
        MemorySegment.ofBuffer(into).copyFrom(content.asSlice(offset, into.remaining()));
        into.position(into.limit());
    }

    @Override
    public void close() {
        arena.close();
    }

    /** Puts a frame into a buffer. */
    @FunctionalInterface
    public interface Filler {
        void fill(ByteBuffer into) throws IOException;
    }
}
