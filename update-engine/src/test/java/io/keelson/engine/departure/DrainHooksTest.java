package io.keelson.engine.departure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** With real programs: shell scripts that write down how they were called. */
class DrainHooksTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir Path directory;
    private Path image;
    private Path etc;
    private Path calls;
    private DrainHooks hooks;

    @BeforeEach
    void makeDirectories() throws IOException {
        image = Files.createDirectory(directory.resolve("image"));
        etc = Files.createDirectory(directory.resolve("etc"));
        calls = directory.resolve("calls");
        hooks =
                new DrainHooks(
                        Command::run,
                        List.of(image, etc, directory.resolve("missing")),
                        InstantSource.system());
    }

    @Test
    void programsRunByNameAndTheAdministratorsReplaceTheImages() throws Exception {
        hook(image, "50-b", "image", 0);
        hook(image, "90-c", "image", 0);
        hook(etc, "50-b", "etc", 0);
        hook(etc, "10-a", "etc", 0);

        assertThat(hooks.drain(MINUTE)).isEmpty();
        hooks.undrain(MINUTE);

        assertThat(Files.readAllLines(calls))
                .containsExactly(
                        "etc 10-a drain",
                        "etc 50-b drain",
                        "image 90-c drain",
                        "image 90-c undrain",
                        "etc 50-b undrain",
                        "etc 10-a undrain");
    }

    @Test
    void oneThatFailsStopsTheRestAndIsTakenBackWithThoseBefore() throws Exception {
        hook(etc, "10-a", "etc", 0);
        hook(etc, "20-b", "etc", 3);
        hook(etc, "30-c", "etc", 0);

        assertThat(hooks.drain(MINUTE))
                .contains("drain.d/20-b drain: exit code 3: 20-b has something to say");
        hooks.undrain(MINUTE);
        hooks.undrain(MINUTE);

        assertThat(Files.readAllLines(calls))
                .containsExactly(
                        "etc 10-a drain", "etc 20-b drain", "etc 20-b undrain", "etc 10-a undrain");
    }

    @Test
    void aSoftOneMayFail() throws Exception {
        hook(etc, "10-a.soft", "etc", 1);
        hook(etc, "20-b", "etc", 0);

        assertThat(hooks.drain(MINUTE)).isEmpty();
        assertThat(Files.readAllLines(calls))
                .containsExactly("etc 10-a.soft drain", "etc 20-b drain");
    }

    @Test
    void oneThatHangsIsKilledAndFails() throws Exception {
        script(etc, "10-a", "sleep 600");

        assertThat(hooks.drain(Duration.ofMillis(300)))
                .hasValueSatisfying(failure ->
                        assertThat(failure)
                                .startsWith("drain.d/10-a drain: ")
                                .contains("did not finish within")
                                .contains("and was killed"));
    }

    @Test
    void whatIsNotExecutableIsNoProgram() throws Exception {
        Files.writeString(etc.resolve("README"), "put programs here");
        Files.createDirectory(etc.resolve("10-directory"));

        assertThat(hooks.drain(MINUTE)).isEmpty();
        assertThat(calls).doesNotExist();
    }

    private void hook(Path in, String name, String from, int exitCode) throws IOException {
        script(
                in,
                name,
                "echo %s %s $1 >> %s\necho %s has something to say >&2\n[ $1 = undrain ] || exit %d"
                        .formatted(from, name, calls, name, exitCode));
    }

    private static void script(Path in, String name, String body) throws IOException {
        Path file = Files.writeString(in.resolve(name), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
