package io.keelson.host.xz;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Decompresses .xz with liblzma.so.5. Beside two small buffers its memory is what the stream's
 * dictionary takes, up to a limit the caller sets. To be opened, read and closed by one thread.
 */
public final class XzInputStream extends InputStream {
    private static final int CHUNK_BYTES = 64 << 10;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment stream = arena.allocate(LibLzma.STREAM_BYTES, Long.BYTES);
    private final MemorySegment in = arena.allocate(CHUNK_BYTES);
    private final MemorySegment out = arena.allocate(CHUNK_BYTES);
    private final ByteBuffer decoded = out.asByteBuffer().limit(0);
    private final Source source;
    private int action = LibLzma.ACTION_RUN;
    private boolean isOver;
    private boolean isClosed;

    /** Where compressed bytes come from. */
    private interface Source {
        /** Puts as many as there are and fit, at least one unless there are no more. */
        void fill(ByteBuffer target) throws IOException;
    }

    /**
     * Of exactly one stream.
     *
     * @param source all that remains of it is the stream; its position moves
     * @param memoryBytesMax most memory the decoder may take; 8 MiB of dictionary, what {@code xz
     *     -6} makes, need 9 MiB
     * @throws IllegalStateException when the library is not there; see {@link #isInstalled}
     */
    public XzInputStream(ByteBuffer source, long memoryBytesMax) throws IOException {
        this(
                target -> {
                    int count = Math.min(target.remaining(), source.remaining());
                    target.put(source.slice(source.position(), count));
                    source.position(source.position() + count);
                },
                memoryBytesMax,
                0);
    }

    /**
     * Of a file: one stream or several behind each other, padded or not.
     *
     * @param source is the file, to its end; not closed with this one
     * @param memoryBytesMax as above
     */
    public XzInputStream(InputStream source, long memoryBytesMax) throws IOException {
        this(reading(source), memoryBytesMax, LibLzma.CONCATENATED);
    }

    private XzInputStream(Source source, long memoryBytesMax, int flags) throws IOException {
        this.source = source;
        int code = LibLzma.streamDecoder(stream, memoryBytesMax, flags);
        if (code != LibLzma.OK) {
            arena.close();
            throw new IOException("xz: " + describe(code));
        }
    }

    private static Source reading(InputStream in) {
        byte[] buffer = new byte[CHUNK_BYTES];
        return target -> {
            int count = in.read(buffer, 0, Math.min(buffer.length, target.remaining()));
            target.put(buffer, 0, Math.max(count, 0));
        };
    }

    /** Whether this system has the library. */
    public static boolean isInstalled() {
        return LibLzma.FUNCTIONS.isPresent();
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
            throw new IOException("xz: the stream is closed");
        }
        if (stream.get(ValueLayout.JAVA_LONG, LibLzma.AVAILABLE_IN) == 0) {
            action = fill() == 0 ? LibLzma.ACTION_FINISH : LibLzma.ACTION_RUN;
        }
        stream.set(ValueLayout.ADDRESS, LibLzma.NEXT_OUT, out);
        stream.set(ValueLayout.JAVA_LONG, LibLzma.AVAILABLE_OUT, CHUNK_BYTES);
        int code = LibLzma.code(stream, action);
        long unused = stream.get(ValueLayout.JAVA_LONG, LibLzma.AVAILABLE_OUT);
        decoded.position(0).limit(CHUNK_BYTES - (int) unused);
        switch (code) {
            case LibLzma.OK -> {}
            case LibLzma.STREAM_END -> {
                isOver = true;
                if (stream.get(ValueLayout.JAVA_LONG, LibLzma.AVAILABLE_IN) != 0 || fill() != 0) {
                    throw new IOException("xz: more bytes follow the stream");
                }
            }
            default -> throw new IOException("xz: " + describe(code));
        }
    }

    private int fill() throws IOException {
        ByteBuffer target = in.asByteBuffer();
        source.fill(target);
        stream.set(ValueLayout.ADDRESS, LibLzma.NEXT_IN, in);
        stream.set(ValueLayout.JAVA_LONG, LibLzma.AVAILABLE_IN, target.position());
        return target.position();
    }

    private static String describe(int code) {
        return switch (code) {
            case LibLzma.MEMORY_ERROR -> "there is no memory for the decoder";
            case LibLzma.MEMORY_LIMIT_ERROR ->
                    "the dictionary needs more memory than the limit allows";
            case LibLzma.FORMAT_ERROR -> "the data is not an .xz stream";
            case LibLzma.OPTIONS_ERROR -> "the stream uses options this liblzma does not know";
            case LibLzma.BUFFER_ERROR -> "the stream is cut short";
            default -> "the stream is damaged (error " + code + ")";
        };
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            isOver = true;
            decoded.limit(0);
            LibLzma.end(stream);
            arena.close();
        }
    }
}
