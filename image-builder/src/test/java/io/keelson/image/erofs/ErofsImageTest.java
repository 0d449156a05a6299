package io.keelson.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;
import io.keelson.image.compress.Compression;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.TreeMap;

final class ErofsImageTest {
    private static final int[] AWKWARD_SIZES = {
        0, 1, 1023, 1024, 1025, 4031, 4032, 4033, 4095, 4096, 4097, 5120, 5121, 8192, 3_000_001
    };

    private static final ErofsImage.Format PLAIN =
            new ErofsImage.Format(1_700_000_000, Compression.NONE);

    @TempDir Path dir;

    @Test
    void fsckFindsNothingWrongAndExtractsTheSameFiles() throws Exception {
        RootTree tree = awkwardTree();
        Path image = dir.resolve("usr.erofs");
        Path extracted = dir.resolve("extracted");

        long size = ErofsImage.write(tree.below("/usr"), PLAIN, image);

        assertThat(Files.size(image)).isEqualTo(size).matches(bytes -> bytes % 4096 == 0);
        OracleTool.run("fsck.erofs", image.toString());
        OracleTool.run("fsck.erofs", "--extract=" + extracted, image.toString());
        for (int bytes : AWKWARD_SIZES) {
            assertThat(extracted.resolve("share/size/" + bytes))
                    .hasBinaryContent(randomBytes(bytes));
        }
        assertThat(Files.readSymbolicLink(extracted.resolve("share/long")).toString())
                .isEqualTo("x".repeat(3000));
        assertThat(extracted.resolve("share/many")).isDirectory();
        try (var names = Files.list(extracted.resolve("share/many"))) {
            assertThat(names.count()).isEqualTo(2000);
        }
        assertThat(extracted.resolve("bin/second"))
                .hasSameBinaryContentAs(extracted.resolve("bin/first"));
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(extracted.resolve("bin/first"))))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void ownersAttributesAndLinkCountsAreKept() throws Exception {
        Path image = dir.resolve("usr.erofs");

        ErofsImage.write(awkwardTree().below("/usr"), PLAIN, image);

        String first = OracleTool.run("dump.erofs", "--path=/bin/first", image.toString());
        assertThat(first).contains("Links: 2").contains("Uid: 12   Gid: 34");
        assertThat(first).contains("2023-11-14");
        String summary = OracleTool.run("dump.erofs", "-s", image.toString());
        assertThat(summary).contains("sb_csum").contains("mtime");
        byte[] bytes = Files.readAllBytes(image);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("capability\1\2\3\4");
    }

    @Test
    void theSameTreeGivesTheSameBytes() throws Exception {
        Path one = dir.resolve("one");
        Path two = dir.resolve("two");

        ErofsImage.write(awkwardTree().below("/usr"), PLAIN, one);
        ErofsImage.write(awkwardTree().below("/usr"), PLAIN, two);

        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void aFileThatIsShorterThanItSaysFailsTheBuildByName() throws Exception {
        RootTree tree = new RootTree();
        Content liar =
                new Content() {
                    @Override
                    public long size() {
                        return 10;
                    }

                    @Override
                    public InputStream open() throws IOException {
                        return new ByteArrayInputStream(new byte[9]);
                    }
                };
        tree.put("/usr/liar", new Node.RegularFile(Metadata.FILE, liar), "test");

        assertThatThrownBy(() -> ErofsImage.write(tree.below("/usr"), PLAIN, dir.resolve("bad")))
                .isInstanceOf(IOException.class)
                .hasMessage("/liar is shorter than its stated size");
    }

    private static RootTree awkwardTree() throws IOException {
        RootTree tree = new RootTree();
        TreeMap<String, byte[]> xattrs = new TreeMap<>();
        xattrs.put("security.capability", new byte[] {1, 2, 3, 4, 5});
        xattrs.put("user.name", "value".getBytes(StandardCharsets.UTF_8));
        Metadata owned = new Metadata(0755, 12, 34, xattrs);
        tree.put("/usr/bin/first", new Node.RegularFile(owned, content(5000)), "test");
        tree.put("/usr/bin/second", new Node.HardLink(owned, "/usr/bin/first"), "test");
        tree.put("/usr/share/short", Node.Symlink.to("bin/first"), "test");
        tree.put("/usr/share/long", Node.Symlink.to("x".repeat(3000)), "test");
        tree.put("/usr/share/empty", new Node.Directory(Metadata.of(0700)), "test");
        for (int size : AWKWARD_SIZES) {
            tree.put(
                    "/usr/share/size/" + size,
                    new Node.RegularFile(Metadata.FILE, content(size)),
                    "test");
        }
        for (int i = 0; i < 2000; i++) {
            tree.put(
                    "/usr/share/many/entry-ő" + i,
                    new Node.RegularFile(Metadata.FILE, content(i % 50)),
                    "test");
        }
        return tree;
    }

    private static Content content(int size) {
        return Content.of(randomBytes(size));
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
