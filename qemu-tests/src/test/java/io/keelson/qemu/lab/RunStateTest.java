package io.keelson.qemu.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

@Timeout(60)
class RunStateTest {
    private static final String ANOTHER_PROGRAM = "another program";

    @TempDir Path directory;

    @Test
    void endsWhatAKilledDemoLeftWhereverItsRunWas() throws Exception {
        Path oldRun = directory.resolve("old run");
        try (ChildProcess left = sleeping(oldRun.toString());
                ChildProcess foreign = sleeping(ANOTHER_PROGRAM)) {
            Files.writeString(
                    directory.resolve("pids"),
                    left.pid() + " " + oldRun + "\n" + foreign.pid() + " " + oldRun + "\n");

            RunState.take(settings()).close();

            assertThat(left.waitFor(Duration.ofSeconds(10))).isPresent();
            assertThat(foreign.isAlive()).isTrue();
        }
    }

    @Test
    void remembersAChildWithTheRunItBelongsTo() throws Exception {
        try (RunState state = RunState.take(settings())) {
            state.remember(12345);

            assertThat(directory.resolve("pids")).hasContent("12345 " + directory.resolve("run"));
        }
        assertThat(directory.resolve("pids")).doesNotExist();
    }

    /** A process whose command line names something. */
    private ChildProcess sleeping(String name) throws Exception {
        return Command.start(
                List.of("/bin/sh", "-c", "sleep 60; :", name),
                directory.resolve("child.log"),
                Map.of());
    }

    private LabSettings settings() {
        return new LabSettings(
                directory,
                directory,
                directory.resolve("run"),
                0,
                LabSettings.Sources.OWN,
                InstantSource.system());
    }
}
