package io.keelson.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;
import io.keelson.host.Dialogue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two processes that would both write a slot. */
class SoleWriterTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir Path directory;

    @Test
    void aSecondWorkerIsRefusedUntilTheFirstHasEndedHoweverItEnded() throws Exception {
        Path lock = directory.resolve("run/apply.lock");
        try (Dialogue first = Command.converse(worker(lock), 1000)) {
            assertThat(first.hear()).isEqualTo("writing");

            Command.Result second = Command.run(worker(lock), DEADLINE);

            assertThat(second.stdout().strip())
                    .isEqualTo(
                            "another process writes a slot of this host; it holds "
                                    + lock
                                    + ", find it with 'lslocks'");
            assertThatThrownBy(() -> SoleWriter.require(lock))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("another process writes a slot of this host");
        }

        // Closing the dialogue has killed the first.
        assertThat(Command.run(worker(lock), DEADLINE).stdout().strip()).isEqualTo("writing");
    }

    private static List<String> worker(Path lock) {
        var argv =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName()));
        argv.add(lock.toString());
        return argv;
    }

    /** Writes, as it were, until its stdin ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            try {
                SoleWriter.require(Path.of(args[0]));
                System.out.println("writing");
                System.gc();
                int _ = System.in.read();
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
