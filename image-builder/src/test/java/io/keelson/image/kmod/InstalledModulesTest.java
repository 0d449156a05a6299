package io.keelson.image.kmod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;
import io.keelson.image.recipe.ModuleSelection;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class InstalledModulesTest {
    private static final String KERNEL = "6.1.0-test";
    private static final ModuleSelection ALL = new ModuleSelection(List.of(), List.of());

    @TempDir Path dir;
    private final RootTree tree = new RootTree();

    @BeforeEach
    void fourModules() throws IOException {
        module(
                "drivers/md/dm-mod",
                List.of("alias=devname:mapper/control", "alias=char-major-10-236", "license=GPL"),
                List.of("dm_register", "dm_table"),
                List.of());
        module(
                "drivers/md/dm-bufio",
                List.of("license=GPL"),
                List.of("dm_bufio_read"),
                List.of("dm_table", "printk"));
        module(
                "drivers/md/dm-verity",
                List.of(
                        "alias=dm-target-[a-z-]verity",
                        "alias=verity",
                        "softdep=pre: sha256-generic"),
                List.of(),
                List.of("dm_register", "dm_bufio_read"));
        module("crypto/sha256-generic", List.of("alias=crypto-sha256"), List.of("sha"), List.of());
        text(
                "modules.order",
                """
                kernel/crypto/sha256-generic.ko
                kernel/drivers/md/dm-mod.ko
                kernel/drivers/md/dm-verity.ko
                kernel/drivers/md/dm-bufio.ko
                """);
        text("modules.builtin", "kernel/fs/ext4/ext4.ko\n");
        text("modules.builtin.modinfo", "ext4.alias=fs-ext4\0ext4.license=GPL\0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "modules.dep",
                "modules.dep.bin",
                "modules.alias",
                "modules.alias.bin",
                "modules.softdep",
                "modules.symbols.bin",
                "modules.devname",
                "modules.builtin.bin",
                "modules.builtin.alias.bin"
            })
    void anIndexHasTheBytesThatDepmodWrites(String file) throws Exception {
        Path reference = writeTo(dir.resolve("reference"));
        OracleTool.run("/usr/sbin/depmod", "-b", dir.resolve("reference").toString(), KERNEL);

        new InstalledModules(tree, KERNEL).index(ALL);

        assertThat(bytes(file)).isEqualTo(Files.readAllBytes(reference.resolve(file)));
    }

    @Test
    void modprobeFindsWhatAModuleNeeds() throws Exception {
        new InstalledModules(tree, KERNEL).index(ALL);
        writeTo(dir);

        String plan =
                OracleTool.run(
                        "/usr/sbin/modprobe",
                        "-n",
                        "--show-depends",
                        "-d",
                        dir.toString(),
                        "-S",
                        KERNEL,
                        "verity");

        assertThat(plan.lines().map(line -> line.replaceAll(".*/(.*)\\.ko.*", "$1")))
                .containsExactly("dm-mod", "dm-bufio", "sha256-generic", "dm-verity");
    }

    @Test
    void aSelectionKeepsWhatItsModulesNeedAndDropsTheRest() throws IOException {
        module("net/tun", List.of("license=GPL"), List.of(), List.of());

        new InstalledModules(tree, KERNEL)
                .index(new ModuleSelection(List.of("drivers/md/*", "ext4"), List.of()));

        assertThat(new String(bytes("modules.dep"), StandardCharsets.UTF_8))
                .contains("dm-verity.ko: kernel/drivers/md/dm-bufio.ko kernel/drivers/md/dm-mod.ko")
                .doesNotContain("tun");
        assertThat(tree.find("/usr/lib/modules/" + KERNEL + "/kernel/net")).isEmpty();
    }

    @Test
    void aSelectionThatMatchesNothingIsAnError() {
        ModuleSelection selection = new ModuleSelection(List.of("drivers/sound/**"), List.of());

        assertThatThrownBy(() -> new InstalledModules(tree, KERNEL).index(selection))
                .hasMessageContaining("matches modules: drivers/sound/** of the recipe");
    }

    @Test
    void aFileThatIsNoModuleIsNamed() throws IOException {
        text("kernel/broken.ko", "nothing");

        assertThatThrownBy(() -> new InstalledModules(tree, KERNEL).index(ALL))
                .hasMessageEndingWith("kernel/broken.ko is not a 64-bit ELF file");
    }

    private void module(String path, List<String> info, List<String> exports, List<String> imports)
            throws IOException {
        put("kernel/" + path + ".ko", TinyModule.of(info, exports, imports));
    }

    private void text(String name, String text) throws IOException {
        put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void put(String name, byte[] content) throws IOException {
        tree.put(
                "/usr/lib/modules/" + KERNEL + "/" + name,
                Node.RegularFile.of(0644, content),
                "test");
    }

    private byte[] bytes(String name) throws IOException {
        try (InputStream in =
                tree.content("/usr/lib/modules/" + KERNEL + "/" + name).orElseThrow().open()) {
            return in.readNBytes(1 << 20);
        }
    }

    private Path writeTo(Path root) throws IOException {
        for (var entry : tree.entries().entrySet()) {
            if (entry.getValue() instanceof Node.RegularFile file) {
                Path path = root.resolve(entry.getKey().substring("/usr/".length()));
                Files.createDirectories(path.getParent());
                try (InputStream in = file.content().open()) {
                    Files.copy(in, path);
                }
            }
        }
        return root.resolve("lib/modules").resolve(KERNEL);
    }
}
