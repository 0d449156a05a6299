package io.keelson.host.bzip2;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Decompresses exactly one bzip2 stream with libbz2.so.1.0, which takes at most 4 MB of memory. To
 * be opened, read and closed by one thread.
 */
public final class Bzip2InputStream extends InputStream {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment stream = arena.allocate(LibBzip2.STREAM_BYTES, Long.BYTES);
    private final MemorySegment in = arena.allocate(CHUNK_BYTES);
    private final MemorySegment out = arena.allocate(CHUNK_BYTES);
    private final ByteBuffer decoded = out.asByteBuffer().limit(0);
    private final ByteBuffer source;
    private boolean isOver;
    private boolean isClosed;

    /**
     * @param source all that remains of it is the stream; its position moves
     * @throws IllegalStateException when the library is not there; see {@link #isInstalled}
     */
    public Bzip2InputStream(ByteBuffer source) throws IOException {
        this.source = source;
        int code = LibBzip2.init(stream);
        if (code != LibBzip2.OK) {
            arena.close();
            throw new IOException("bzip2: " + describe(code));
        }
    }

    /** Whether this system has the library. */
    public static boolean isInstalled() {
        return LibBzip2.FUNCTIONS.isPresent();
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
            throw new IOException("bzip2: the stream is closed");
        }
        if (stream.get(ValueLayout.JAVA_INT, LibBzip2.AVAILABLE_IN) == 0) {
            int count = Math.min(CHUNK_BYTES, source.remaining());
            in.asByteBuffer().put(source.slice(source.position(), count));
            source.position(source.position() + count);
            stream.set(ValueLayout.ADDRESS, LibBzip2.NEXT_IN, in);
            stream.set(ValueLayout.JAVA_INT, LibBzip2.AVAILABLE_IN, count);
        }
        int before = stream.get(ValueLayout.JAVA_INT, LibBzip2.AVAILABLE_IN);
        stream.set(ValueLayout.ADDRESS, LibBzip2.NEXT_OUT, out);
        stream.set(ValueLayout.JAVA_INT, LibBzip2.AVAILABLE_OUT, CHUNK_BYTES);
        int code = LibBzip2.decompress(stream);
        int unused = stream.get(ValueLayout.JAVA_INT, LibBzip2.AVAILABLE_OUT);
        int rest = stream.get(ValueLayout.JAVA_INT, LibBzip2.AVAILABLE_IN);
        decoded.position(0).limit(CHUNK_BYTES - unused);
        switch (code) {
            case LibBzip2.OK -> {
                // Without more input the library answers OK for ever.
                if (before == 0 && unused == CHUNK_BYTES) {
                    throw new IOException("bzip2: the stream is cut short");
                }
            }
            case LibBzip2.STREAM_END -> {
                isOver = true;
                if (rest + source.remaining() != 0) {
                    throw new IOException(
                            "bzip2: %d bytes follow the stream"
                                    .formatted(rest + source.remaining()));
                }
            }
            default -> throw new IOException("bzip2: " + describe(code));
        }
    }

    private static String describe(int code) {
        return switch (code) {
            case LibBzip2.MEMORY_ERROR -> "there is no memory for the decoder";
            case LibBzip2.MAGIC_ERROR -> "the data is not a bzip2 stream";
            default -> "the stream is damaged (error " + code + ")";
        };
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            isOver = true;
            decoded.limit(0);
            LibBzip2.end(stream);
            arena.close();
        }
    }
}
