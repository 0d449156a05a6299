package io.keelson.payload.fuzz;

import com.github.luben.zstd.Zstd;

import io.keelson.host.Command;
import io.keelson.payload.delta.SplitPatches;
import io.keelson.payload.repack.FrameSettings;
import io.keelson.payload.repack.PackedFrame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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

    /** The blocks of {@link #OLD_USR} that patches start from. */
    static final List<long[]> TWO_BLOCKS = List.of(new long[] {1, 1}, new long[] {4, 1});

    /** ZSTD_HISTORY: its data depend on what was written before. */
    static final int HISTORY = 1000;

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

    /** Operations of Keelson's own and of AOSP's deltas, beside those of the others. */
    static List<Piece> delta() {
        List<Piece> pieces = new ArrayList<>();
        List<long[]> two = TWO_BLOCKS;
        byte[] source = source(two);
        pieces.add(new Piece(4, null, two, source));
        byte[] last = source(List.<long[]>of(new long[] {5, 1}));
        pieces.add(new Piece(4, null, List.<long[]>of(new long[] {5, 1}), last));
        byte[] edited = edited(source);
        pieces.add(new Piece(5, bsdiff(source, edited), two, edited));
        pieces.addAll(patches());
        pieces.add(new Piece(HISTORY, null, List.of(), edited(edited)));
        return pieces;
    }

    /** Patches of Keelson's own, from {@link #TWO_BLOCKS}. */
    static List<Piece> patches() {
        byte[] source = source(TWO_BLOCKS);
        byte[] edited = edited(source);
        byte[] zstd = splitBsdiff(source, edited, 1);
        byte[] xz = splitBsdiff(source, edited, 2);
        byte[] generated = SplitPatches.between(source, shifted(source));
        return List.of(
                new Piece(1001, compressed(edited, source), TWO_BLOCKS, edited),
                new Piece(1002, zstd, TWO_BLOCKS, edited),
                new Piece(1002, xz, TWO_BLOCKS, edited),
                new Piece(1002, generated, TWO_BLOCKS, shifted(source)));
    }

    /** A source whose second block begins with a frame is not needed: the result has one. */
    static Piece repack() {
        byte[] source = source(TWO_BLOCKS);
        byte[] edited = edited(source);
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(edited, 0, 500);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (var packing = PatchFuzz.cheaply(frame, new FrameSettings(1, true, false))) {
            packing.write(edited, 500, 3000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        result.writeBytes(frame.toByteArray());
        result.write(edited, 3500, edited.length - 3500);
        ByteArrayOutputStream patch = new ByteArrayOutputStream();
        patch.write(2);
        PackedFrame.writeAll(patch, List.of());
        PackedFrame.writeAll(
                patch,
                List.of(
                        new PackedFrame(
                                500, frame.size(), 3000, new FrameSettings(1, true, false))));
        patch.writeBytes(splitBsdiff(source, edited, 1));
        return new Piece(1003, patch.toByteArray(), TWO_BLOCKS, result.toByteArray());
    }

    /** The piece as it is once it is known what was written before it. */
    static byte[] withHistory(Piece piece, byte[] history) {
        return compressed(piece.output, history);
    }

    private static byte[] compressed(byte[] content, byte[] prefix) {
        byte[] room = new byte[content.length + 1024];
        long bytes = Zstd.compressUsingDict(room, 0, content, 0, content.length, prefix, 9);
        if (Zstd.isError(bytes)) {
            throw new IllegalStateException(Zstd.getErrorName(bytes));
        }
        return Arrays.copyOf(room, (int) bytes);
    }

    static byte[] source(List<long[]> extents) {
        ByteArrayOutputStream source = new ByteArrayOutputStream();
        for (long[] extent : extents) {
            source.write(OLD_USR, (int) extent[0] * BLOCK, (int) extent[1] * BLOCK);
        }
        return source.toByteArray();
    }

    /** Most bytes as they were, some other ones, and some from elsewhere. */
    private static byte[] edited(byte[] old) {
        byte[] edited = old.clone();
        for (int i = 100; i < edited.length; i += 397) {
            edited[i]++;
        }
        System.arraycopy(content(300, 17), 0, edited, 1000, 300);
        System.arraycopy(old, 2000, edited, 3000, 900);
        return edited;
    }

    /** What a model is for: the same small difference again and again. */
    private static byte[] shifted(byte[] old) {
        byte[] shifted = old.clone();
        for (int i = 7; i < shifted.length; i += 16 + i % 48) {
            shifted[i] = (byte) (shifted[i] + 4);
        }
        return shifted;
    }

    /** As bsdiff makes it: differences up to byte 1000, extra bytes, differences to the end. */
    private static byte[] bsdiff(byte[] old, byte[] edited) {
        ByteBuffer control = ByteBuffer.allocate(6 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        control.putLong(1000).putLong(300).putLong(300);
        control.putLong(edited.length - 1300).putLong(0).putLong(0);
        byte[] controlPart = compressed(control.array(), ".bz2", "bzip2");
        byte[] differencePart = compressed(difference(old, edited), ".bz2", "bzip2");
        byte[] extraPart = compressed(Arrays.copyOfRange(edited, 1000, 1300), ".bz2", "bzip2");
        ByteBuffer header = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        header.put("BSDIFF40".getBytes(StandardCharsets.US_ASCII));
        header.putLong(controlPart.length).putLong(differencePart.length).putLong(edited.length);
        return joined(header.array(), controlPart, differencePart, extraPart);
    }

    private static byte[] difference(byte[] old, byte[] edited) {
        byte[] difference = new byte[edited.length - 300];
        for (int i = 0, to = 0; i < edited.length; i++) {
            if (i < 1000 || i >= 1300) {
                difference[to] = (byte) (edited[i] - old[i]);
                to++;
            }
        }
        return difference;
    }

    /** The same steps; the differences by zstd (1) or xz (2), the others stored. */
    private static byte[] splitBsdiff(byte[] old, byte[] edited, int codec) {
        ByteArrayOutputStream control = new ByteArrayOutputStream();
        number(control, 0);
        number(control, 1000);
        number(control, 300);
        number(control, 2 * 300);
        number(control, edited.length - 1300);
        number(control, 0);
        byte[] differences = difference(old, edited);
        byte[] packed =
                codec == 1
                        ? Zstd.compress(differences, 9)
                        : compressed(differences, ".xz", "xz", "--check=crc32");
        byte[] extra = Arrays.copyOfRange(edited, 1000, 1300);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(1);
        number(header, edited.length);
        int[][] streams = {
            {0, control.size(), control.size()},
            {codec, packed.length, differences.length},
            {0, extra.length, extra.length}
        };
        for (int[] stream : streams) {
            for (int number : stream) {
                number(header, number);
            }
        }
        return joined(header.toByteArray(), control.toByteArray(), packed, extra);
    }

    /** Seven bits a byte, lowest first. */
    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest > 0x7F; rest >>>= 7) {
            out.write((rest & 0x7F) | 0x80);
        }
        out.write(rest);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
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
