package io.keelson.image.convert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Compresses chunks on all cores and hands them on in order. Chunks are independent, so the result
 * does not depend on the number of cores.
 */
final class Deflated {
    /** What two formats use of deflate. */
    enum Wrapping {
        /** RFC 1951. */
        NONE,
        /** RFC 1950. */
        ZLIB
    }

    /** Something that takes a chunk and its compressed form, in the order of chunks. */
    interface Sink {
        void accept(long index, byte[] chunk, byte[] compressed) throws IOException;
    }

    private static final int BATCH_CHUNKS = 256;
    private static final int LEVEL = 6;

    private final Wrapping wrapping;
    private final Sink sink;
    private final List<Long> places = new ArrayList<>();
    private final List<byte[]> batch = new ArrayList<>();

    private Deflated(Wrapping wrapping, Sink sink) {
        this.wrapping = wrapping;
        this.sink = sink;
    }

    static void forEachChunk(Disk disk, int chunkBytes, Wrapping wrapping, Sink sink)
            throws IOException {
        Deflated pipe = new Deflated(wrapping, sink);
        disk.forEachChunk(chunkBytes, pipe::add);
        pipe.flush();
    }

    private void add(long index, byte[] content) throws IOException {
        places.add(index);
        batch.add(content);
        if (batch.size() == BATCH_CHUNKS) {
            flush();
        }
    }

    private void flush() throws IOException {
        List<byte[]> compressed = batch.parallelStream().map(this::compress).toList();
        for (int i = 0; i < batch.size(); i++) {
            sink.accept(places.get(i), batch.get(i), compressed.get(i));
        }
        places.clear();
        batch.clear();
    }

    private byte[] compress(byte[] content) {
        try (Deflater deflater = new Deflater(LEVEL, wrapping == Wrapping.NONE)) {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 2);
            byte[] buffer = new byte[1 << 14];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }
}
