package io.keelson.image.initrd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class InitrdTest {
    private static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu/";
    private static final String LOADER = "ld-linux-x86-64.so.2";
    private static final String MODULES = "/usr/lib/modules/6.12/";
    private static final byte[] MODULE = elf();

    @TempDir Path dir;
    private final RootTree tree = new RootTree();

    @BeforeEach
    void systemWithFourModules() throws IOException {
        put("/usr/bin/busybox", new byte[] {1});
        Path program = Path.of("/bin/true");
        put("/usr/sbin/dmsetup", Files.readAllBytes(program));
        put("/usr/sbin/findfs", Files.readAllBytes(program));
        put(
                LIBRARIES + "libc.so.6",
                Files.readAllBytes(Path.of("/lib/x86_64-linux-gnu/libc.so.6")));
        put(LIBRARIES + LOADER, Files.readAllBytes(Path.of("/lib64/" + LOADER)));
        tree.put("/usr/lib64/" + LOADER, Node.Symlink.to(LIBRARIES + LOADER), "test");
        for (String name : List.of("virtio_blk", "dm-verity", "dm-mod", "dm-bufio")) {
            put(MODULES + "kernel/" + name + ".ko", MODULE);
        }
        String dependencies =
                """
                kernel/virtio_blk.ko:
                kernel/dm-verity.ko: kernel/dm-bufio.ko kernel/dm-mod.ko
                kernel/dm-bufio.ko: kernel/dm-mod.ko
                kernel/dm-mod.ko:
                """;
        put(MODULES + "modules.dep", dependencies.getBytes(StandardCharsets.UTF_8));
        put(MODULES + "modules.builtin", "kernel/ext4.ko\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void modulesAreLoadedAfterWhatTheyDependOn() throws Exception {
        Path root =
                extract(
                        Initrd.build(
                                tree, "6.12", List.of("zfs?", "virtio-blk?", "ext4", "dm-verity")));

        assertThat(root.resolve("modules.load"))
                .hasContent("virtio_blk.ko\ndm_mod.ko\ndm_bufio.ko\ndm_verity.ko\n");
        assertThat(root.resolve("modules/dm_verity.ko")).hasBinaryContent(MODULE);
    }

    @Test
    void programsFindTheirLibrariesAndTheLoaderAsAFile() throws Exception {
        Path root = extract(Initrd.build(tree, "6.12", List.of()));

        assertThat(root.resolve("lib64/" + LOADER)).isRegularFile().isExecutable();
        assertThat(Files.isSymbolicLink(root.resolve("lib64/" + LOADER))).isFalse();
        assertThat(root.resolve("usr/lib/x86_64-linux-gnu/libc.so.6")).isRegularFile();
        assertThat(root.resolve("bin/dmsetup")).isExecutable();
        assertThat(Files.readSymbolicLink(root.resolve("bin/sh")).toString()).isEqualTo("busybox");
        assertThat(root.resolve("init")).isExecutable();
    }

    @Test
    void everyCommandOfTheScriptIsInTheArchive() throws Exception {
        Path root = extract(Initrd.build(tree, "6.12", List.of()));
        String script = Files.readString(root.resolve("init"));

        for (String command :
                List.of(
                        "basename",
                        "cat",
                        "cp",
                        "dirname",
                        "dmsetup",
                        "findfs",
                        "insmod",
                        "ln",
                        "mkdir",
                        "mount",
                        "readlink",
                        "reboot",
                        "sed",
                        "sleep",
                        "switch_root",
                        "touch")) {
            assertThat(script).contains(command);
            assertThat(
                            Files.exists(root.resolve("bin/" + command))
                                    || Files.isSymbolicLink(root.resolve("bin/" + command)))
                    .as(command)
                    .isTrue();
        }
    }

    @Test
    void theSameTreeGivesTheSameBytes() throws Exception {
        assertThat(Initrd.build(tree, "6.12", List.of("dm-verity")))
                .isEqualTo(Initrd.build(tree, "6.12", List.of("dm-verity")));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Initrd.build(tree, "6.12", List.of("zfs")))
                .hasMessage("the kernel of /usr/lib/modules/6.12 has no module zfs");
        tree.remove(LIBRARIES + "libc.so.6");
        assertThatThrownBy(() -> Initrd.build(tree, "6.12", List.of()))
                .hasMessage(
                        "the initrd needs libc.so.6 for /usr/sbin/dmsetup, which no package of the"
                                + " recipe brings");
    }

    private Path extract(byte[] initrd) throws Exception {
        Path archive = Files.write(dir.resolve("initrd"), initrd);
        Path root = Files.createDirectory(dir.resolve("root"));
        OracleTool.run("cpio", "-i", "--quiet", "-D", root.toString(), "-F", archive.toString());
        return root;
    }

    private void put(String path, byte[] bytes) throws IOException {
        tree.put(path, new Node.RegularFile(Metadata.EXECUTABLE, Content.of(bytes)), "test");
    }

    private static byte[] elf() {
        byte[] bytes = new byte[64];
        bytes[0] = 0x7F;
        bytes[1] = 'E';
        bytes[2] = 'L';
        bytes[3] = 'F';
        return bytes;
    }
}
