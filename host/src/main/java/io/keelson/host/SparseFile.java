package io.keelson.host;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files with holes, which a disk image mostly consists of. */
public final class SparseFile {
    // lseek(2), Linux: the same on all architectures.
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int ENXIO = 6;

    /** A part of a file that is not a hole. */
    public record Extent(long offset, long length) {
        public long end() {
            return offset + length;
        }
    }

    private SparseFile() {}

    /**
     * The parts of a file that may hold data, in order; between them it reads as zeros. A file
     * system that knows no holes has one part, the whole file.
     */
    public static List<Extent> dataExtents(Path file) throws IOException {
        long size = Files.size(file);
        int fd = (int) Libc.open(file).orThrow(file.toString());
        try {
            List<Extent> extents = new ArrayList<>();
            long end = 0;
            while (end < size) {
                SystemResult next = Libc.seek(fd, end, SEEK_DATA);
                if (next instanceof SystemResult.Errno(_, var code) && code == ENXIO) {
                    break;
                }
                long start = next.orThrow(file.toString());
                end = Math.min(size, Libc.seek(fd, start, SEEK_HOLE).orThrow(file.toString()));
                extents.add(new Extent(start, end - start));
            }
            return List.copyOf(extents);
        } finally {
            SystemResult _ = Libc.close(fd);
        }
    }

    /** Sets a file's length; what is added is a hole. Creates the file if it is not there. */
    public static void resize(Path file, long bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(bytes);
        }
    }
}
