package io.keelson.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.image.OracleTool;
import io.keelson.image.packages.Lock;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;

final class JdkPinTest {
    @TempDir Path dir;
    private Path home;
    private Path cache;

    @BeforeEach
    void jdk() throws IOException {
        home = dir.resolve("jdk");
        cache = dir.resolve("cache");
        Files.createDirectories(home.resolve("lib/server"));
        Files.writeString(home.resolve("release"), "JAVA_RUNTIME_VERSION=\"25.0.5+1\"\n");
        Files.writeString(home.resolve("lib/modules"), "modules");
        Files.writeString(home.resolve("lib/server/libjvm.so"), "jvm");
    }

    @Test
    void itIsTheHashOfTheFilesThatMatter() throws Exception {
        String sum =
                OracleTool.run(
                        "sh",
                        "-c",
                        "cd %s; cat release lib/modules lib/server/libjvm.so | sha256sum"
                                .formatted(home));

        Lock.Jdk pin = JdkPin.of(home, cache);

        assertThat(pin).isEqualTo(new Lock.Jdk("25.0.5+1", sum.substring(0, 64)));
        assertThat(JdkPin.of(home, cache)).isEqualTo(pin);
        assertThat(cache.resolve("jdks")).isDirectoryContaining("glob:**");
    }

    @Test
    void aFileThatWasReplacedIsHashedAgainWhateverItsTime() throws IOException {
        Lock.Jdk before = JdkPin.of(home, cache);
        Path modules = home.resolve("lib/modules");
        FileTime time = Files.getLastModifiedTime(modules);
        Path other = Files.writeString(home.resolve("other"), "m0dules");
        Files.setLastModifiedTime(other, time);
        Files.move(other, modules, StandardCopyOption.REPLACE_EXISTING);

        assertThat(JdkPin.of(home, cache)).isNotEqualTo(before);
    }

    @Test
    void aKeptHashThatWasCutShortIsMadeAgain() throws IOException {
        Lock.Jdk pin = JdkPin.of(home, cache);
        try (var kept = Files.list(cache.resolve("jdks"))) {
            Files.writeString(kept.findFirst().orElseThrow(), "");
        }

        assertThat(JdkPin.of(home, cache)).isEqualTo(pin);
    }
}
