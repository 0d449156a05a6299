package io.keelson.qemu.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.regex.Pattern;

@Timeout(30)
class ConsoleTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir Path directory;

    @Test
    void findsWhatIsWrittenAfterTheWaitBegan() throws Exception {
        Path log = directory.resolve("console.log");
        try (Console console = Console.follow(log)) {
            Thread writer = Thread.ofVirtual().start(() -> append(log, "one\ntwo 2\n"));

            assertThat(console.waitFor(Pattern.compile("two (\\d)"), 0, SOON, () -> true))
                    .hasValueSatisfying(found -> assertThat(found.group(1)).isEqualTo("2"));
            writer.join();
        }
    }

    @Test
    void looksOnlyBehindTheMark() throws Exception {
        Path log = directory.resolve("console.log");
        append(log, "login\n");
        try (Console console = Console.follow(log)) {
            assertThat(console.waitFor(Pattern.compile("login"), 0, SOON, () -> true)).isPresent();

            assertThat(console.find(Pattern.compile("login"), console.mark())).isEmpty();
        }
    }

    @Test
    void leavesOutColoursAndCarriageReturns() throws Exception {
        Path log = directory.resolve("console.log");
        append(log, "[\u001b[0;32m  OK  \u001b[0m] Started a.service.\r\n");
        try (Console console = Console.follow(log)) {
            assertThat(
                            console.waitFor(
                                    Pattern.compile("\\[  OK  \\] Started"), 0, SOON, () -> true))
                    .isPresent();
        }
    }

    @Test
    void givesUpEarlyWhenTheMachineIsGone() throws Exception {
        try (Console console = Console.follow(directory.resolve("never.log"))) {
            assertThat(console.waitFor(Pattern.compile("x"), 0, Duration.ofMinutes(5), () -> false))
                    .isEmpty();
        }
    }

    @Test
    void tellsTheLastLines() throws Exception {
        Path log = directory.resolve("console.log");
        append(log, "a\nb\nc\n");
        try (Console console = Console.follow(log)) {
            assertThat(console.waitFor(Pattern.compile("c"), 0, SOON, () -> true)).isPresent();

            assertThat(console.tail(2)).isEqualTo("b\nc");
        }
    }

    private static void append(Path log, String text) {
        try {
            Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
