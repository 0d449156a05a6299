package io.keelson.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;

final class JavaRuntimeTest {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir Path cache;

    @Test
    void theRuntimeStartsWhateverTheFileTimes() throws Exception {
        Path runtime = JavaRuntime.link(JAVA_HOME, JAVA_HOME, cache);
        try (Stream<Path> files = Files.walk(runtime)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            }
        }

        String modules = OracleTool.run(runtime + "/bin/java", "--list-modules");

        for (String module : JavaRuntime.MODULES) {
            assertThat(modules).contains(module + "@25");
        }
        assertThat(modules).doesNotContain("java.desktop");
        assertThat(runtime.resolve("lib/server").toFile().list()).doesNotContain("classes.jsa");
        assertThat(JavaRuntime.link(JAVA_HOME, JAVA_HOME, cache)).isEqualTo(runtime);
    }

    @Test
    void aJdkThatAnotherLinksNeedsItsModules() {
        assertThatThrownBy(() -> JavaRuntime.link(foreign(), JAVA_HOME, cache))
                .hasMessageContaining("has no jmods/java.base.jmod, which linking for another");
    }

    @Test
    void aJdkForAnotherProcessorIsKnownByItsReleaseFile() throws IOException {
        assertThat(JavaRuntime.sameProcessor(foreign(), JAVA_HOME)).isFalse();
        assertThat(JavaRuntime.sameProcessor(JAVA_HOME, JAVA_HOME)).isTrue();
    }

    private Path foreign() throws IOException {
        Path home = Files.createDirectories(cache.resolve("foreign"));
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/modules"), "");
        Files.writeString(
                home.resolve("release"), "JAVA_RUNTIME_VERSION=\"25.0.5\"\nOS_ARCH=\"other\"\n");
        return home;
    }

    @Test
    void aJavaHomeWithoutJlinkIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> JavaRuntime.link(cache, cache, cache))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        cache + " has no bin/jlink; a complete JDK 25 is needed to build an image");
    }
}
