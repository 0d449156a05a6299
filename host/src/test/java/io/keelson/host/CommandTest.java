package io.keelson.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

@Timeout(30)
class CommandTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path directory;

    @Test
    void bothOutputsAndTheExitCodeAreReturned() throws Exception {
        var result = Command.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), SOON);

        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.ok()).isFalse();
    }

    @Test
    void aFailureNamesTheActivityTheProgramItsExitCodeAndWhatItSaid() throws Exception {
        var result = Command.run(List.of("sh", "-c", "echo no such disk >&2; exit 2"), SOON);

        assertThatThrownBy(() -> result.orThrow("checking the disk"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "checking the disk failed: sh -c echo no such disk >&2; exit 2 ended with exit code 2: no such disk");
    }

    @Test
    void aProgramThatIsMissingIsAnError() {
        assertThatThrownBy(() -> Command.run(List.of("/nonexistent/program"), SOON))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/nonexistent/program");
    }

    @Test
    void standardInputIsEmpty() throws Exception {
        assertThat(Command.run(List.of("cat"), SOON).stdout()).isEmpty();
    }

    @Test
    void argumentsAreNotReadByAShell() throws Exception {
        assertThat(Command.run(List.of("echo", "$HOME; `id`"), SOON).stdout())
                .isEqualTo("$HOME; `id`\n");
    }

    @Test
    void largeOutputOnBothStreamsDoesNotBlockTheProgram() throws Exception {
        var result =
                Command.run(
                        List.of(
                                "sh",
                                "-c",
                                "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero"),
                        SOON);

        assertThat(result.stdout()).hasSize(1_000_000);
        assertThat(result.stderr()).hasSize(1_000_000);
    }

    @Test
    void endlessOutputIsRefusedAndItsProgramKilled() {
        assertThatThrownBy(() -> Command.run(List.of("cat", "/dev/zero"), SOON))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than " + Command.OUTPUT_BYTES_MAX + " bytes on stdout");
    }

    @Test
    void aProgramThatMissesItsDeadlineIsKilledWithItsChildren() throws Exception {
        Path pid = directory.resolve("pid");
        String script = "sleep 1000 & echo $! > " + pid + "; wait";

        assertThatThrownBy(() -> Command.run(List.of("sh", "-c", script), Duration.ofMillis(500)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not finish within 500 ms and was killed");

        assertThat(isAlive(Long.parseLong(Files.readString(pid).strip()))).isFalse();
    }

    @Test
    void closingAChildEndsItsWholeTreeAndKeepsItsLog() throws Exception {
        Path log = directory.resolve("log");
        // The grandchild ignores SIGTERM, and its parent ends before it.
        String script =
                "sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & echo $GREETING; wait";
        long pid;
        long grandchild;
        try (var child =
                Command.start(List.of("sh", "-c", script), log, Map.of("GREETING", "hello"))) {
            pid = child.pid();
            while (Files.readAllLines(log).size() < 2) {
                assertThat(child.waitFor(Duration.ofMillis(20))).isEmpty();
            }
            assertThat(child.isAlive()).isTrue();
            grandchild =
                    Files.readAllLines(log).stream()
                            .filter(line -> line.matches("[0-9]+"))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElseThrow();
        }

        assertThat(isAlive(pid)).isFalse();
        assertThat(isAlive(grandchild)).isFalse();
        assertThat(Files.readAllLines(log)).contains("hello");
    }

    /** A zombie nobody reaped is not alive. */
    private static boolean isAlive(long pid) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        }
    }
}
