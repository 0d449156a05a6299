package io.keelson.image.convert;

import io.keelson.host.SparseFile;

import java.io.IOException;
import java.nio.file.Path;

/** The disk as it is, sparse. */
final class RawImage {
    private static final int CHUNK_BYTES = 1 << 16;

    private RawImage() {}

    static void write(Disk disk, Path out) throws IOException {
        try (NewFile file = NewFile.create(out)) {
            copy(disk, file, 0, Long.MAX_VALUE);
        }
        SparseFile.resize(out, disk.sizeBytes());
    }

    /** Copies all but what begins in a range that the caller fills. */
    static void copy(Disk disk, NewFile file, long skipFrom, long skipTo) throws IOException {
        disk.forEachChunk(
                CHUNK_BYTES,
                (index, chunk) -> {
                    long offset = index * CHUNK_BYTES;
                    if (skipTo == Long.MAX_VALUE || offset < skipFrom || offset >= skipTo) {
                        file.write(offset, chunk);
                    }
                });
    }
}
