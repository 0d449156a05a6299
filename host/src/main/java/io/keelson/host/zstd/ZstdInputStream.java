package io.keelson.host.zstd;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Decompresses exactly one Zstandard frame (RFC 8878) with libzstd.so.1, piece by piece. Beside two
 * small buffers its memory is what the frame's window takes, up to a limit the caller sets. To be
 * opened, read and closed by one thread.
 */
public final class ZstdInputStream extends InputStream {
    private static final int CHUNK_BYTES = 128 << 10;

    /** {@code ZSTD_d_windowLogMax} of {@code enum ZSTD_dParameter} in zstd.h. */
    private static final int WINDOW_LOG_MAX = 100;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment in = arena.allocate(CHUNK_BYTES);
    private final MemorySegment out = arena.allocate(CHUNK_BYTES);
    private final MemorySegment inBuffer = LibZstdStreams.buffer(arena, in);
    private final MemorySegment outBuffer = LibZstdStreams.buffer(arena, out);
    private final ByteBuffer decoded = out.asByteBuffer().limit(0);
    private final ByteBuffer source;
    private final MemorySegment context;
    private boolean isOver;
    private boolean isClosed;

    /**
     * @param source all that remains of it is the frame; its position moves
     * @param windowLogMax frames that look back further than 2 to this power of bytes are refused
     * @throws IllegalStateException when the library is not there; see {@link
     *     ZstdDecoder#available}
     */
    public ZstdInputStream(ByteBuffer source, int windowLogMax) throws IOException {
        this.source = source;
        LibZstdStreams.limit(inBuffer, 0);
        try {
            context = LibZstd.createContext();
        } catch (IllegalStateException e) {
            arena.close();
            throw e;
        }
        try {
            LibZstdStreams.setDecoding(context, WINDOW_LOG_MAX, windowLogMax);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!decoded.hasRemaining()) {
            if (isOver) {
                return -1;
            }
            decodeMore();
        }
        int count = Math.min(length, decoded.remaining());
        decoded.get(target, offset, count);
        return count;
    }

    private void decodeMore() throws IOException {
        if (isClosed) {
            throw new IOException("zstd: the stream is closed");
        }
        if (LibZstdStreams.remaining(inBuffer) == 0) {
            int count = Math.min(CHUNK_BYTES, source.remaining());
            in.asByteBuffer().put(source.slice(source.position(), count));
            source.position(source.position() + count);
            LibZstdStreams.limit(inBuffer, count);
        }
        boolean isLast = !source.hasRemaining();
        LibZstdStreams.limit(outBuffer, CHUNK_BYTES);
        long hint = LibZstdStreams.decompress(context, outBuffer, inBuffer);
        int count = (int) LibZstdStreams.position(outBuffer);
        decoded.position(0).limit(count);
        if (hint == 0) {
            isOver = true;
            long rest = LibZstdStreams.remaining(inBuffer) + source.remaining();
            if (rest != 0) {
                throw new IOException("zstd: %d bytes follow the frame".formatted(rest));
            }
        } else if (count == 0 && isLast && LibZstdStreams.remaining(inBuffer) == 0) {
            throw new IOException("zstd: the frame is cut short");
        }
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            isOver = true;
            decoded.limit(0);
            LibZstd.freeContext(context);
            arena.close();
        }
    }
}
