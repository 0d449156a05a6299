package io.keelson.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

class VerdictFilesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path directory;
    private VerdictFiles files;

    @BeforeEach
    void openTheDirectory() {
        files = new VerdictFiles(directory.resolve("health"));
    }

    @Test
    void bootWithADeadClockKeepsItsVerdictAndTheOldestOtherOneGoes() throws Exception {
        for (int boot = 0; boot < 20; boot++) {
            files.add(verdict("b00-" + boot, START.plusSeconds(boot)));
        }

        files.add(verdict("dead", Instant.EPOCH));

        assertThat(files.of("dead")).isPresent();
        assertThat(files.of("b00-0")).isEmpty();
        assertThat(files.newestFirst()).hasSize(20);
    }

    @Test
    void unreadableVerdictHidesNoOther() throws Exception {
        files.add(verdict("a", START));
        files.add(verdict("c", START.plusSeconds(1)));
        unreadable("0", "not JSON");
        unreadable("b", "{}");
        Files.createDirectory(directory.resolve("health/d.json"));

        assertThat(files.newestFirst()).extracting(Verdict::bootId).containsExactly("c", "a");
    }

    @Test
    void unreadableVerdictsAreTheFirstToGo() throws Exception {
        for (int boot = 0; boot < 19; boot++) {
            files.add(verdict("b00-" + boot, START.plusSeconds(boot)));
        }
        unreadable("bad-1", "");
        unreadable("bad-2", "{\"bootId\":");

        files.add(verdict("b00-19", START.plusSeconds(19)));

        assertThat(files.newestFirst()).hasSize(20);
        assertThat(directory.resolve("health").toFile().list()).hasSize(20);
    }

    @Test
    void verdictWithoutRoomOnTheDiskIsFoundUntilTheNextReboot() throws Exception {
        Path full = Files.createFile(directory.resolve("full"));
        var memory = new VerdictFiles(full.resolve("health"), directory.resolve("run/health"));

        assertThatThrownBy(() -> memory.add(verdict("b00", START)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "it is in " + directory.resolve("run/health") + " until the next reboot");

        assertThat(memory.of("b00")).contains(verdict("b00", START));
    }

    private void unreadable(String name, String text) throws Exception {
        Files.writeString(directory.resolve("health").resolve(name + ".json"), text);
    }

    private static Verdict verdict(String bootId, Instant at) {
        return new Verdict(bootId, "1.0.0", true, List.of(), at);
    }
}
