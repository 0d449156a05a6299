package io.keelson.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

final class DistTreeTest {
    @TempDir Path dir;
    private final RootTree tree = new RootTree();

    @Test
    void onlyTheExecutableBitIsTakenOver() throws Exception {
        file("bin/tool", "rwx------");
        file("share/data", "rw-rw-rw-");
        Files.createSymbolicLink(dir.resolve("bin/alias"), Path.of("tool"));

        DistTree.copy(dir, tree, "/usr", "test");

        assertThat(mode("/usr/bin/tool")).isEqualTo(0755);
        assertThat(mode("/usr/share/data")).isEqualTo(0644);
        assertThat(mode("/usr/bin")).isEqualTo(0755);
        assertThat(tree.find("/usr/bin/alias")).hasValue(Node.Symlink.to("tool"));
    }

    @Test
    void aMissingDirectoryIsNamed() {
        assertThatThrownBy(() -> DistTree.copy(dir.resolve("none"), tree, "/usr", "test"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        dir.resolve("none") + " is not a directory; it was to be copied to /usr");
    }

    private int mode(String path) {
        return tree.find(path).orElseThrow().metadata().mode();
    }

    private void file(String name, String permissions) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
