package io.keelson.engine.health.check;

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
import java.util.List;

/**
 * Against an executable with the command line and the answers of runc 1.1; {@link
 * RealContainersTest} asks runc itself.
 */
class RunningContainersTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path directory;
    private Path runc;

    @BeforeEach
    void installARuntime() throws Exception {
        runc =
                Files.writeString(
                        directory.resolve("runc"),
                        """
                        #!/bin/sh
                        [ "$1 $3" = "--root state" ] && [ $# = 4 ] || exit 64
                        cat "$2/$4.json" 2>&- && exit 0
                        echo 'time="2026-11-27T10:00:00Z" level=error msg="container does not exist"' >&2
                        exit 1
                        """);
        Files.setPosixFilePermissions(runc, PosixFilePermissions.fromString("rwxr-xr-x"));
        state("web", "running");
        state("db", "running");
    }

    @Test
    void containersThatAllRunPass() throws Exception {
        assertThat(look(runc, "web", "db")).isEqualTo(new CheckOutcome.Passed());
    }

    @Test
    void oneThatHasStoppedAndOneThatIsNotThereAreNamed() throws Exception {
        state("db", "stopped");

        assertThat(look(runc, "web", "db", "cache"))
                .isEqualTo(
                        new CheckOutcome.Waiting(
                                "container db is not running: stopped; container cache is not"
                                        + " running: time=\"2026-11-27T10:00:00Z\" level=error"
                                        + " msg=\"container does not exist\""));
    }

    @Test
    void answerThatIsNoneIsNotARunningContainer() throws Exception {
        Files.writeString(directory.resolve("db.json"), "running");

        assertThat(look(runc, "db"))
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .startsWith("container db is not running: "));
    }

    @Test
    void runtimeThatIsNotInstalledIsNamed() throws Exception {
        assertThat(look(directory.resolve("crun"), "db"))
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .startsWith("container db is not running: ")
                                        .contains(directory + "/crun"));
    }

    private CheckOutcome look(Path program, String... containers) throws InterruptedException {
        return new RunningContainers(
                        "containers:shop",
                        Command::run,
                        new RunningContainers.OciRuntime(program.toString(), directory),
                        List.of(containers))
                .look(LIMIT);
    }

    private void state(String container, String status) throws IOException {
        Files.writeString(
                directory.resolve(container + ".json"),
                """
                {
                  "ociVersion": "1.0.2-dev",
                  "id": "%s",
                  "pid": 0,
                  "status": "%s",
                  "bundle": "/var/lib/web",
                  "rootfs": "/var/lib/web/rootfs",
                  "created": "2026-11-27T10:00:00.123456789Z",
                  "owner": ""
                }
                """
                        .formatted(container, status));
    }
}
