package io.keelson.image.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;
import io.keelson.image.assemble.TinyUki;
import io.keelson.image.compress.Compression;
import io.keelson.image.erofs.ErofsImage;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

class ImageDiffTest {
    private static final ErofsImage.Format PLAIN = new ErofsImage.Format(0, Compression.NONE);

    @TempDir Path directory;

    @Test
    void readsWhatTheReferenceToolExtracts() throws Exception {
        RootTree tree = new RootTree();
        for (int i = 0; i < 300; i++) {
            put(tree, "/many/a file with a longish name " + i, new byte[i * 37]);
        }
        put(tree, "/large", filled(3_000_000, 7));
        tree.put("/link", new Node.Symlink(Metadata.FILE, "many"), "test");
        Path image = directory.resolve("image.erofs");
        ErofsImage.write(tree, PLAIN, image);
        Path extracted = directory.resolve("extracted");
        OracleTool.run("fsck.erofs", "--extract=" + extracted, image.toString());

        try (ErofsReader reader = ErofsReader.open(image)) {
            assertThat(reader.inodes().keySet()).containsExactlyElementsOf(paths(extracted));
            assertThat(inode(reader, "/large").size()).isEqualTo(3_000_000);
            assertThat(inode(reader, "/many").isDirectory()).isTrue();
        }
    }

    @Test
    void tellsWhatChangedBetweenTwoTrees() throws Exception {
        RootTree old = new RootTree();
        put(old, "/same", filled(10_000, 1));
        put(old, "/content", filled(10_000, 1));
        put(old, "/longer", filled(10, 1));
        put(old, "/gone", filled(10, 1));
        RootTree now = new RootTree();
        put(now, "/same", filled(10_000, 1));
        put(now, "/content", lastByteChanged(filled(10_000, 1)));
        put(now, "/longer", filled(11, 1));
        now.put(
                "/new",
                new Node.RegularFile(
                        new Metadata(04755, 0, 5, new TreeMap<>()), Content.of(filled(3, 1))),
                "test");
        image("a", old, "1.0.0", "openssl", "3.5.1-1");
        image("b", now, "1.1.0", "openssl", "3.5.2-1");

        ImageDiff diff = ImageDiff.of(directory.resolve("a"), directory.resolve("b"));

        assertThat(diff.packages())
                .containsExactly(
                        new Change("openssl", Optional.of("3.5.1-1"), Optional.of("3.5.2-1")));
        assertThat(diff.files())
                .containsExactly(
                        new Change(
                                "/usr/content",
                                Optional.of("-0644 0:0 10000"),
                                Optional.of("-0644 0:0 10000 (content)")),
                        new Change("/usr/gone", Optional.of("-0644 0:0 10"), Optional.empty()),
                        new Change(
                                "/usr/longer",
                                Optional.of("-0644 0:0 10"),
                                Optional.of("-0644 0:0 11")),
                        new Change("/usr/new", Optional.empty(), Optional.of("-4755 0:5 3")));
        assertThat(diff.arguments())
                .containsExactly(
                        new Change("note=1.0.0", Optional.of("yes"), Optional.empty()),
                        new Change("note=1.1.0", Optional.empty(), Optional.of("yes")));
        assertThat(diff.release()).extracting(Change::name).contains("version", "root hash");
        assertThat(diff.note()).isEmpty();
    }

    @Test
    void anImageEqualsItself() throws Exception {
        RootTree tree = new RootTree();
        put(tree, "/file", filled(5000, 1));
        image("a", tree, "1.0.0", "openssl", "3.5.1-1");

        ImageDiff diff = ImageDiff.of(directory.resolve("a"), directory.resolve("a"));

        assertThat(List.of(diff.release(), diff.packages(), diff.files(), diff.sizes()))
                .containsOnly(List.of());
    }

    @Test
    void compressedFilesAreComparedByWhatIsKnownOfThem() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.write(tree.resolve("text"), filled(100_000, 'x'));
        image("a", new RootTree(), "1.0.0", "openssl", "3.5.1-1");
        Path image = directory.resolve("a/usr.erofs");
        Files.delete(image);
        OracleTool.run("mkfs.erofs", "-zlz4", "-T0", image.toString(), tree.toString());

        ImageDiff diff = ImageDiff.of(directory.resolve("a"), directory.resolve("a"));

        assertThat(diff.files()).isEmpty();
        assertThat(diff.note())
                .hasValue(
                        "1 files are stored compressed and have the same size, owner and mode in both; their contents were not compared");
    }

    @Test
    void refusesWhatIsNoImage() throws Exception {
        Path file = Files.write(directory.resolve("zeros"), new byte[8192]);

        assertThatThrownBy(() -> ErofsReader.open(file))
                .hasMessageEndingWith(
                        "cannot be read: it has no EROFS superblock with blocks of 4096 bytes");
    }

    private static ErofsReader.Inode inode(ErofsReader reader, String path) {
        return Objects.requireNonNull(reader.inodes().get(path), path);
    }

    private void image(String name, RootTree tree, String version, String... packageVersion)
            throws Exception {
        Path out = Files.createDirectory(directory.resolve(name));
        ErofsImage.write(tree, PLAIN, out.resolve("usr.erofs"));
        Files.write(out.resolve("uki.efi"), TinyUki.with("panic=10 note=" + version));
        String artifact = "{\"size\": 1, \"sha256\": \"" + "0".repeat(64) + "\"}";
        Files.writeString(
                out.resolve("release.json"),
                """
                {"version": "%s", "arch": "amd64", "rootHash": "%064d", "usr": %s, "uki": %s, "pcrs": {},
                 "packages": [{"name": "%s", "version": "%s"}]}
                """
                        .formatted(
                                version,
                                version.equals("1.0.0") ? 0 : 1,
                                artifact,
                                artifact,
                                packageVersion[0],
                                packageVersion[1]));
    }

    private static void put(RootTree tree, String path, byte[] content) throws Exception {
        tree.put(path, new Node.RegularFile(Metadata.FILE, Content.of(content)), "test");
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] lastByteChanged(byte[] bytes) {
        bytes[bytes.length - 1] ^= 1;
        return bytes;
    }

    private static List<String> paths(Path root) throws Exception {
        try (var files = Files.walk(root)) {
            return files.filter(file -> !file.equals(root))
                    .map(file -> "/" + root.relativize(file))
                    .sorted()
                    .toList();
        }
    }
}
