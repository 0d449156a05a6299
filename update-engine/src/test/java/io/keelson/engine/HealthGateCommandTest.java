package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.health.Verdict;
import io.keelson.engine.health.VerdictFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

class HealthGateCommandTest {
    @TempDir Path directory;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void keptVerdictIsOneLine() throws Exception {
        int exitCode = conclude(verdict(true), directory.resolve("health"));

        assertThat(exitCode).isEqualTo(0);
        assertThat(lines()).containsExactly("keelson: health gate passed version=1.0.0");
    }

    @Test
    void healthyBootStaysHealthyOnAFullDisk() throws Exception {
        int exitCode = conclude(verdict(true), full());

        assertThat(exitCode).isEqualTo(0);
        assertThat(lines()).hasSize(2);
        assertThat(lines().getFirst()).isEqualTo("keelson: health gate passed version=1.0.0");
        assertThat(lines().getLast())
                .startsWith("keelson: keeping the health verdict in " + full() + " failed, ");
    }

    @Test
    void unhealthyBootStaysUnhealthyOnAFullDisk() throws Exception {
        int exitCode = conclude(verdict(false), full());

        assertThat(exitCode).isEqualTo(1);
        assertThat(lines().getFirst())
                .isEqualTo("keelson: health gate failed version=1.0.0 reason=a: why");
    }

    private int conclude(Verdict verdict, Path verdicts) {
        return Main.conclude(
                verdict,
                new VerdictFiles(verdicts, directory.resolve("run")),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    /** A place where nothing can be written, for the administrator either. */
    private Path full() throws Exception {
        return Files.writeString(directory.resolve("file"), "").resolve("health");
    }

    private List<String> lines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static Verdict verdict(boolean isHealthy) {
        return new Verdict(
                "b00",
                "1.0.0",
                isHealthy,
                List.of(new Verdict.Finding("a", isHealthy, isHealthy ? "" : "why")),
                Instant.EPOCH);
    }
}
