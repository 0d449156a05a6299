package io.keelson.payload.repack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class RepackTest {
    @TempDir Path directory;

    @Test
    void onlyAMachineThatHasTheMemoryNowOffersToRepack() throws IOException {
        assertThat(Repack.hasMemory(facts("MemTotal: 8000000 kB\nMemAvailable:    1228800 kB\n")))
                .isTrue();
        assertThat(Repack.hasMemory(facts("MemTotal: 8000000 kB\nMemAvailable: 1228799 kB\n")))
                .isFalse();
        assertThat(Repack.hasMemory(facts("MemTotal: 8000000 kB\n"))).isFalse();
        assertThat(Repack.hasMemory(directory.resolve("absent"))).isFalse();
    }

    private Path facts(String text) throws IOException {
        return Files.writeString(directory.resolve("meminfo"), text);
    }
}
