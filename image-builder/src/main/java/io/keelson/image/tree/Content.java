package io.keelson.image.tree;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a regular file, readable any number of times and from any thread. */
public interface Content {
    /** Length in bytes. */
    long size();

    /** A new stream over exactly {@link #size()} bytes, to be closed by the caller. */
    InputStream open() throws IOException;

    /** Content in memory; the array must not be changed afterwards. */
    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /** Content of a file that must stay unchanged while the tree is in use. */
    static Content of(Path file) throws IOException {
        long size = Files.size(file);
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
    }
}
