package io.keelson.payload.fuzz;

import com.github.luben.zstd.Zstd;

import io.keelson.host.Command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Valid operations of one to three blocks, out of which whole payloads are put together. */
final class Pieces {
    static final int BLOCK = 4096;
    static final byte[] OLD_USR = content(6 * BLOCK, 11);
    static final byte[] OLD_UKI = content(3 * BLOCK, 12);

    /** One operation and what it writes. */
    static final class Piece {
        final int type;

        /** Its data in the payload; none when null. */
        final byte[] data;

        /** Extents of the running slot: pairs of block and count. */
        final List<long[]> source;

        /** Whole blocks. */
        final byte[] output;

        private Piece(int type, byte[] data, List<long[]> source, byte[] output) {
            this.type = type;
            this.data = data;
            this.source = source;
            this.output = output;
        }

        int blocks() {
            return output.length / BLOCK;
        }
    }

    private Pieces() {}

    /** Operations a full payload may have. */
    static List<Piece> full() {
        List<Piece> pieces = new ArrayList<>();
        byte[] noise = new byte[BLOCK];
        new Random(13).nextBytes(noise);
        byte[] text = content(2 * BLOCK, 14);
        byte[] mixed = content(3 * BLOCK, 15);
        pieces.add(new Piece(0, noise, List.of(), noise));
        pieces.add(new Piece(0, Arrays.copyOf(text, 5000), List.of(), padded(text, 5000)));
        pieces.add(new Piece(6, null, List.of(), new byte[2 * BLOCK]));
        pieces.add(new Piece(14, Zstd.compress(text, 3), List.of(), text));
        pieces.add(new Piece(14, Zstd.compress(mixed, 19), List.of(), mixed));
        pieces.add(new Piece(14, Zstd.compress(noise, 1), List.of(), noise));
        return pieces;
    }

    /** Operations with data that AOSP's full payloads have beside those of {@link #full}. */
    static List<Piece> fullOfAosp() {
        byte[] text = content(2 * BLOCK, 16);
        return List.of(
                new Piece(1, compressed(text, ".bz2", "bzip2", "-9"), List.of(), text),
                new Piece(8, compressed(text, ".xz", "xz", "-6", "--check=crc32"), List.of(), text),
                new Piece(7, null, List.of(), new byte[BLOCK]));
    }

    /** What both compresses and has structure to get wrong. */
    static byte[] content(int bytes, int seed) {
        Random random = new Random(seed);
        byte[] content = new byte[bytes];
        for (int at = 0; at < bytes; ) {
            int run = Math.min(bytes - at, 1 + random.nextInt(60));
            if (at > 100 && random.nextInt(3) > 0) {
                int from = random.nextInt(at - 60);
                System.arraycopy(content, from, content, at, Math.min(run, at - from));
            } else {
                for (int i = 0; i < run; i++) {
                    content[at + i] = (byte) random.nextInt(256);
                }
            }
            at += run;
        }
        return content;
    }

    /** By one of Debian's own compressors, which are the reference for their formats. */
    static byte[] compressed(byte[] input, String suffix, String... command) {
        try {
            Path directory = Files.createTempDirectory("pieces");
            Path plain = Files.write(directory.resolve("content"), input);
            Path compressed = directory.resolve("content" + suffix);
            List<String> argv = new ArrayList<>(List.of(command));
            argv.add(plain.toString());
            try {
                Command.run(argv, Duration.ofMinutes(1)).orThrow("compressing a piece");
                return Files.readAllBytes(compressed);
            } finally {
                Files.deleteIfExists(plain);
                Files.deleteIfExists(compressed);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] padded(byte[] bytes, int length) {
        return Arrays.copyOf(Arrays.copyOf(bytes, length), (length + BLOCK - 1) / BLOCK * BLOCK);
    }
}
