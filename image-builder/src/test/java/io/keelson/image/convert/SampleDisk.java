package io.keelson.image.convert;

import io.keelson.host.SparseFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Disks of odd shapes, the same at every run. */
final class SampleDisk {
    private static final int SEED = 20261127;

    private SampleDisk() {}

    /** A sparse file with random and with repetitive bytes at the given places. */
    static Path make(Path file, long size, long... places) throws IOException {
        SparseFile.resize(file, size);
        Random random = new Random(SEED);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long place : places) {
                byte[] noise = new byte[(int) Math.min(70_000, size - place)];
                random.nextBytes(noise);
                // The second half repeats, so that compression has something to find.
                for (int i = noise.length / 2; i < noise.length; i++) {
                    noise[i] = (byte) (i % 7);
                }
                out.write(ByteBuffer.wrap(noise), place);
            }
        }
        return file;
    }
}
