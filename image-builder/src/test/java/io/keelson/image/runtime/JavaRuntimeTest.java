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
        Path runtime = JavaRuntime.link(JAVA_HOME, cache);
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
        assertThat(JavaRuntime.link(JAVA_HOME, cache)).isEqualTo(runtime);
    }

    @Test
    void librariesThatTheJdkItselfHasWithoutDebugSymbolsAreTakenFromThere(@TempDir Path directory)
            throws IOException {
        Path jdk = directory.resolve("jdk");
        Path runtime = directory.resolve("runtime");
        write(jdk.resolve("lib/server/libjvm.so"), "code");
        write(runtime.resolve("lib/server/libjvm.so"), "code and its debug symbols");
        write(jdk.resolve("lib/libzip.so"), "the code, and more than that");
        write(runtime.resolve("lib/libzip.so"), "the code");
        write(runtime.resolve("lib/libnew.so"), "linked only");
        write(jdk.resolve("lib/modules"), "all");
        write(runtime.resolve("lib/modules"), "those that were linked");

        JavaRuntime.takeStrippedLibraries(jdk, runtime);

        assertThat(runtime.resolve("lib/server/libjvm.so")).hasContent("code");
        assertThat(runtime.resolve("lib/libzip.so")).hasContent("the code");
        assertThat(runtime.resolve("lib/libnew.so")).hasContent("linked only");
        assertThat(runtime.resolve("lib/modules")).hasContent("those that were linked");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void aJavaHomeWithoutJlinkIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> JavaRuntime.link(cache, cache))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        cache + " has no bin/jlink; a complete JDK 25 is needed to build an image");
    }
}
