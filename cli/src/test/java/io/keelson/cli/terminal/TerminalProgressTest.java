package io.keelson.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

class TerminalProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @Test
    void withoutATerminalThereIsALineForEveryTenPerCent() {
        TerminalProgress progress = progress(false);

        for (int done = 0; done <= 1000; done++) {
            progress.percent("hashing", done, 1000);
        }

        assertThat(text().lines()).hasSize(11).last().asString().contains("100% hashing");
    }

    @Test
    void onATerminalOneLineIsRedrawn() {
        TerminalProgress progress = progress(true);

        progress.percent("hashing", 1, 2);
        progress.percent("hashing", 2, 2);

        assertThat(text())
                .contains("\r[###############...............]  50% hashing")
                .contains("100% hashing");
    }

    @Test
    void aStepIsALineInEitherCase() {
        progress(false).step("reading the recipe");

        assertThat(text()).isEqualToIgnoringNewLines("- reading the recipe");
    }

    private TerminalProgress progress(boolean interactive) {
        PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);
        return new TerminalProgress(
                new Terminal(
                        stream, stream, interactive, Map.of(), () -> Instant.EPOCH, Path.of("")));
    }

    private String text() {
        return shown.toString(StandardCharsets.UTF_8);
    }
}
