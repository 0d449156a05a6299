package io.keelson.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.luben.zstd.Zstd;

import io.keelson.image.OracleTool;
import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class CompressedErofsTest {
    private static final long EPOCH = 1_700_000_000;
    private static final int SEGMENT = FileCompressor.SEGMENT_BYTES;
    private static final int[] AWKWARD_SIZES = {
        0, 1, 4095, 4096, 4097, 8191, 8192, 8193, 12_288, 70_001, SEGMENT - 1, SEGMENT, SEGMENT + 1
    };

    @TempDir Path dir;

    @Test
    void fsckExtractsTheSameFilesFromLz4() throws Exception {
        Path image = dir.resolve("usr.erofs");
        write(tree(), Compression.LZ4, image);

        extractsTheSame(image);
    }

    /** Debian 12's fsck.erofs is older than zstd in EROFS. */
    @Test
    void fsckExtractsTheSameFilesFromZstd() throws Exception {
        Matcher version =
                Pattern.compile("fsck\\.erofs[^0-9]*(\\d+)\\.(\\d+)")
                        .matcher(OracleTool.run("fsck.erofs", "-V"));
        assumeThat(version.find()).isTrue();
        assumeThat(Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2)))
                .isGreaterThanOrEqualTo(108);
        Path image = dir.resolve("usr.erofs");
        write(tree(), Compression.ZSTD, image);

        extractsTheSame(image);
    }

    @Test
    void piecesOfZstdGiveTheContentBack() throws Exception {
        for (byte[] content : contents().values()) {
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            for (long from = 0; from < content.length; from += SEGMENT) {
                var segment =
                        FileCompressor.compress(
                                "/file", Content.of(content), from, Compression.ZSTD);
                int at = 0;
                for (Extents.Piece piece : segment.pieces()) {
                    back.writeBytes(decode(segment.blocks(), at, piece));
                    at += piece.blocks() * Superblock.BLOCK_BYTES;
                }
                assertThat(at).isEqualTo(segment.blocks().length);
            }
            assertThat(back.toByteArray()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4", "ZSTD"})
    void theSameTreeGivesTheSameBytesAndIsSmaller(Compression compression) throws Exception {
        write(tree(), compression, dir.resolve("one"));
        write(tree(), compression, dir.resolve("two"));
        write(tree(), Compression.NONE, dir.resolve("plain"));

        assertThat(dir.resolve("one")).hasSameBinaryContentAs(dir.resolve("two"));
        assertThat(Files.size(dir.resolve("one")))
                .isLessThan(Files.size(dir.resolve("plain")) * 2 / 3);
        assertThat(ErofsImage.compression(dir.resolve("one"))).isEqualTo(compression);
        assertThat(ErofsImage.compression(dir.resolve("plain"))).isEqualTo(Compression.NONE);
        try (var left = Files.list(dir)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("one", "two", "plain");
        }
    }

    @Test
    void whatDoesNotGetSmallerIsStoredAsItIs() throws Exception {
        RootTree tree = new RootTree();
        put(tree, "random", random(500_000, 1));
        put(tree, "zeros", new byte[500_000]);
        Path image = dir.resolve("usr.erofs");

        write(tree, Compression.LZ4, image);

        assertThat(OracleTool.run("dump.erofs", "--path=/random", image.toString()))
                .contains("On-disk size: 500000");
        assertThat(OracleTool.run("dump.erofs", "--path=/zeros", image.toString()))
                .contains("On-disk size: 4096");
    }

    @Test
    void anUnreadableContentFailsByName() {
        RootTree tree = new RootTree();
        Content missing =
                new Content() {
                    @Override
                    public long size() {
                        return 10_000;
                    }

                    @Override
                    public java.io.InputStream open() throws IOException {
                        return new java.io.ByteArrayInputStream(new byte[9000]);
                    }
                };

        assertThatThrownBy(
                        () -> {
                            tree.put(
                                    "/usr/liar",
                                    new Node.RegularFile(Metadata.FILE, missing),
                                    "test");
                            write(tree, Compression.LZ4, dir.resolve("bad"));
                        })
                .hasMessage("/liar is shorter than its stated size");
    }

    private void extractsTheSame(Path image) throws Exception {
        Path extracted = dir.resolve("extracted");
        OracleTool.run("fsck.erofs", "--extract=" + extracted, image.toString());
        for (Map.Entry<String, byte[]> entry : contents().entrySet()) {
            assertThat(extracted.resolve(entry.getKey())).hasBinaryContent(entry.getValue());
        }
    }

    private static byte[] decode(byte[] blocks, int at, Extents.Piece piece) {
        int from = at;
        if (!piece.stored()) {
            while (blocks[from] == 0) {
                from++;
            }
        }
        int end = at + piece.blocks() * Superblock.BLOCK_BYTES;
        byte[] stored = java.util.Arrays.copyOfRange(blocks, from, end);
        return piece.stored()
                ? java.util.Arrays.copyOf(stored, piece.contentBytes())
                : Zstd.decompress(stored, piece.contentBytes());
    }

    private static void write(RootTree tree, Compression compression, Path image) throws Exception {
        ErofsImage.write(tree.below("/usr"), new ErofsImage.Format(EPOCH, compression), image);
    }

    private static RootTree tree() throws IOException {
        RootTree tree = new RootTree();
        for (Map.Entry<String, byte[]> entry : contents().entrySet()) {
            put(tree, entry.getKey(), entry.getValue());
        }
        return tree;
    }

    private static void put(RootTree tree, String name, byte[] content) throws IOException {
        tree.put("/usr/" + name, new Node.RegularFile(Metadata.FILE, Content.of(content)), "test");
    }

    /** Text, zeros, and text with pieces in it that do not compress, each in awkward sizes. */
    private static SortedMap<String, byte[]> contents() {
        SortedMap<String, byte[]> all = new TreeMap<>();
        for (int size : AWKWARD_SIZES) {
            all.put("text-" + size, text(size, size));
        }
        all.put("zeros", new byte[SEGMENT + 5]);
        byte[] mixed = text(2 * SEGMENT + 777, 7);
        Random random = new Random(8);
        for (int i = 0; i < 12; i++) {
            byte[] noise = random(random.nextInt(200_000), i);
            System.arraycopy(
                    noise, 0, mixed, random.nextInt(mixed.length - noise.length), noise.length);
        }
        all.put("mixed", mixed);
        return all;
    }

    private static byte[] text(int size, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(size + 40);
        while (text.length() < size) {
            text.append("line ").append(random.nextInt(5000)).append(" of many like it\n");
        }
        return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
