package io.keelson.qemu.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

class TimelineTest {
    @TempDir Path directory;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private Instant now = Instant.EPOCH;
    private Timeline timeline;

    @BeforeEach
    void open() throws IOException {
        InstantSource clock = () -> now;
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        timeline = Timeline.open(out, false, directory.resolve("timeline.log"), clock);
    }

    @Test
    void tellsHowLongAStepTook() throws Exception {
        int result =
                timeline.step(
                        "building",
                        () -> {
                            now = now.plusMillis(2_300);
                            return 7;
                        });

        assertThat(result).isEqualTo(7);
        assertThat(text()).contains("building ...").contains("2.3 s     ok  building (2.3 s)");
    }

    @Test
    void aFailedStepIsToldAndItsFailurePassedOn() {
        assertThatThrownBy(() ->
                        timeline.step(
                                "building",
                                () -> {
                                    throw new IOException("no space");
                                }))
                .hasMessage("no space");
        assertThat(text()).contains("NOT building");
    }

    @Test
    void progressIsOneLineForEveryTenPerCent() throws Exception {
        timeline.step(
                "building",
                () -> {
                    for (int percent = 0; percent <= 100; percent++) {
                        timeline.progress("hashing", percent, 100);
                    }
                    return 0;
                });

        assertThat(text().lines().filter(line -> line.contains(".. hashing"))).hasSize(11);
    }

    @Test
    void endsWithATableOfWhatWasObserved() {
        timeline.fact(1, "keys", "made in keys");
        timeline.fact(4, "the guest reports SecureBoot", "1");

        timeline.table();

        assertThat(text())
                .contains("1  keys                          made in keys")
                .contains("4  the guest reports SecureBoot  1");
        assertThat(timeline.facts()).hasSize(2);
    }

    @Test
    void hasNoTableWhereNothingWasObserved() {
        timeline.table();

        assertThat(text()).isEmpty();
    }

    @Test
    void keepsTheSameLinesInItsRecord() throws Exception {
        timeline.chapter(1, "keys");
        timeline.fact(1, "keys", "made");

        timeline.close();

        assertThat(Files.readString(directory.resolve("timeline.log"))).isEqualTo(text());
    }

    private String text() {
        return shown.toString(StandardCharsets.UTF_8);
    }
}
