package io.keelson.host.zstd;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Compresses into one Zstandard frame with libzstd.so.1, without telling it the size beforehand.
 * The frame's bytes depend on the library's version, see {@link #libraryVersion}. To be opened,
 * written and closed by one thread.
 */
public final class ZstdOutputStream extends OutputStream {
    private static final int CHUNK_BYTES = 128 << 10;

    // Members of enum ZSTD_cParameter and ZSTD_EndDirective in zstd.h.
    private static final int COMPRESSION_LEVEL = 100;
    private static final int CHECKSUM_FLAG = 201;
    private static final int WORKERS = 400;
    private static final int CONTINUE = 0;
    private static final int END = 2;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment in = arena.allocate(CHUNK_BYTES);
    private final MemorySegment out = arena.allocate(CHUNK_BYTES);
    private final ByteBuffer compressed = out.asByteBuffer();
    private final MemorySegment inBuffer = LibZstdStreams.buffer(arena, in);
    private final MemorySegment outBuffer = LibZstdStreams.buffer(arena, out);
    private final OutputStream target;
    private final MemorySegment context;
    private boolean isClosed;

    /**
     * @param target is closed with this stream
     * @param level 1 to 22
     * @param checksum whether the frame ends with a hash of its content
     * @param threaded whether to work as the zstd program does since 1.5.7, which gives other bytes
     */
    public ZstdOutputStream(OutputStream target, int level, boolean checksum, boolean threaded)
            throws IOException {
        this.target = target;
        try {
            context = LibZstdStreams.createEncoder();
        } catch (IllegalStateException e) {
            arena.close();
            throw e;
        }
        try {
            LibZstdStreams.setEncoding(context, COMPRESSION_LEVEL, level);
            LibZstdStreams.setEncoding(context, CHECKSUM_FLAG, checksum ? 1 : 0);
            // The number of threads does not matter to the bytes, only that there is one.
            LibZstdStreams.setEncoding(context, WORKERS, threaded ? 1 : 0);
        } catch (IOException e) {
            release();
            throw e;
        }
    }

    /** Version of the system's library as {@code ZSTD_VERSION_NUMBER} has it, 10507 for 1.5.7. */
    public static int libraryVersion() {
        return LibZstdStreams.versionNumber();
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (isClosed) {
            throw new IOException("zstd: the stream is closed");
        }
        for (int done = 0; done < length; ) {
            int count = Math.min(CHUNK_BYTES, length - done);
            in.asByteBuffer().put(bytes, offset + done, count);
            LibZstdStreams.limit(inBuffer, count);
            while (LibZstdStreams.remaining(inBuffer) > 0) {
                drain(CONTINUE);
            }
            done += count;
        }
    }

    private long drain(int directive) throws IOException {
        LibZstdStreams.limit(outBuffer, CHUNK_BYTES);
        long rest = LibZstdStreams.compress(context, outBuffer, inBuffer, directive);
        byte[] bytes = new byte[(int) LibZstdStreams.position(outBuffer)];
        compressed.get(0, bytes);
        target.write(bytes);
        return rest;
    }

    /** Ends the frame. */
    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        try (target) {
            LibZstdStreams.limit(inBuffer, 0);
            while (drain(END) > 0) {
                // Until the library holds nothing back.
            }
        } finally {
            release();
        }
    }

    private void release() {
        isClosed = true;
        LibZstdStreams.freeEncoder(context);
        arena.close();
    }
}
