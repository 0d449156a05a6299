package io.keelson.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

class ClassArchiveTest {
    private static final Instant FILE_TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] LISTED =
            "java/lang/Object\norg/snakeyaml/engine/v2/api/Load\n".getBytes(StandardCharsets.UTF_8);
    private static final Path RUNTIME = Path.of(System.getProperty("java.home"));

    @TempDir Path directory;

    @Test
    void theSameClassesGiveTheSameBytes() throws Exception {
        assertThat(Arrays.hashCode(archive())).isEqualTo(Arrays.hashCode(archive()));
    }

    @Test
    void theRuntimeTakesTheArchiveForJarsOfTheSameTimeElsewhere() throws Exception {
        Path jar = Files.copy(library(), directory.resolve(library().getFileName()));
        Path archive = Files.write(directory.resolve("host.jsa"), archive());
        Files.setLastModifiedTime(jar, FileTime.from(FILE_TIME));

        Command.Result started = start(jar, archive);
        assertThat(started.ok()).isTrue();
        assertThat(started.stdout()).as("what the JVM has to say of the archive").isEmpty();

        Files.setLastModifiedTime(jar, FileTime.from(FILE_TIME.plusSeconds(1)));
        assertThat(start(jar, archive).ok()).isFalse();
    }

    @Test
    void anArchiveIsMadeOnceForTheSameInputs() throws Exception {
        byte[] first = archive(FILE_TIME);
        Path kept = directory.resolve("class-archives").toFile().listFiles()[0].toPath();
        Files.writeString(kept, "kept");

        assertThat(archive(FILE_TIME)).isEqualTo("kept".getBytes(StandardCharsets.UTF_8));
        Files.delete(kept);
        byte[] other = archive(FILE_TIME.plusSeconds(1));
        assertThat(other).isNotEqualTo(first);
        assertThat(kept).doesNotExist();
    }

    private byte[] archive(Instant fileTime) throws Exception {
        return ClassArchive.of(RUNTIME, List.of(library()), LISTED, fileTime, directory);
    }

    @Test
    void aClassListThatIsNoneFailsTheBuild() {
        assertThatThrownBy(() ->
                        ClassArchive.dump(
                                RUNTIME,
                                List.of(library()),
                                "@no such directive\n".getBytes(StandardCharsets.UTF_8),
                                FILE_TIME))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("making the class archive of the host's programs");
    }

    private static byte[] archive() throws Exception {
        return ClassArchive.dump(RUNTIME, List.of(library()), LISTED, FILE_TIME);
    }

    /** Any library with a jar of its own will do. */
    private static Path library() throws URISyntaxException {
        return Path.of(Load.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Command.Result start(Path jar, Path archive)
            throws IOException, InterruptedException {
        return Command.run(
                List.of(
                        RUNTIME.resolve("bin/java").toString(),
                        "-Xshare:on",
                        "-XX:+UseSerialGC",
                        "-XX:SharedArchiveFile=" + archive,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        jar.toString(),
                        "-version"),
                Duration.ofMinutes(1));
    }
}
