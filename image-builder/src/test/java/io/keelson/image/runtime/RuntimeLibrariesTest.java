package io.keelson.image.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.Architecture;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;

class RuntimeLibrariesTest {
    /** Any program of the distribution needs the C library, by name. */
    private static final Path PROGRAM = Path.of("/bin/bash");

    private final RootTree tree = new RootTree();

    @Test
    void libraryThatNothingBringsIsNamedWithItsUser() throws Exception {
        put("/usr/lib/keelson/runtime/bin/java", Content.of(PROGRAM));

        assertThatThrownBy(() ->
                        RuntimeLibraries.require(
                                tree, "/usr/lib/keelson/runtime", Architecture.AMD64))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        "the Java runtime needs lib\\S+ for /usr/lib/keelson/runtime/bin/java, .*");
    }

    @Test
    void librariesOfTheDistributionAndOfTheRuntimeItselfWillDo() throws Exception {
        put("/usr/lib/keelson/runtime/bin/java", Content.of(PROGRAM));
        put("/usr/lib/x86_64-linux-gnu/libc.so.6", Content.of(new byte[0]));
        put("/usr/lib/keelson/runtime/lib/libtinfo.so.6", Content.of(new byte[0]));
        put("/usr/lib64/ld-linux-x86-64.so.2", Content.of(new byte[0]));

        assertThatCode(() ->
                        RuntimeLibraries.require(
                                tree, "/usr/lib/keelson/runtime", Architecture.AMD64))
                .doesNotThrowAnyException();
    }

    @Test
    void aRuntimeForAnotherArchitectureIsRefused() throws Exception {
        put("/usr/lib/keelson/runtime/bin/java", Content.of(PROGRAM));

        assertThatThrownBy(() ->
                        RuntimeLibraries.require(
                                tree, "/usr/lib/keelson/runtime", Architecture.ARM64))
                .hasMessage(
                        "/usr/lib/keelson/runtime/bin/java of the Java runtime is not for arm64: name a JDK 25 for it with --jdk");
    }

    private void put(String path, Content content) throws IOException {
        tree.put(path, new Node.RegularFile(Metadata.EXECUTABLE, content), "the test");
    }
}
