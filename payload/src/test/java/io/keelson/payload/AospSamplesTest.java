package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Payloads written by AOSP's own generator; they are not part of this repository. */
class AospSamplesTest {
    private static final Path SAMPLES =
            Path.of("../../shared/data/aosp-samples/sample_payloads.tar.xz");

    @TempDir Path directory;

    @Test
    void payloadsOfAospParse() throws Exception {
        if (!Files.exists(SAMPLES)) {
            System.out.println("skipped: there are no AOSP sample payloads at " + SAMPLES);
        }
        assumeTrue(Files.exists(SAMPLES), "no AOSP sample payloads at " + SAMPLES);
        Command.run(
                        List.of(
                                "tar",
                                "--extract",
                                "--no-same-owner",
                                "--file",
                                SAMPLES.toAbsolutePath().toString(),
                                "--directory",
                                directory.toString()),
                        Duration.ofMinutes(1))
                .orThrow("unpacking the AOSP samples");
        List<Path> payloads;
        try (Stream<Path> files = Files.walk(directory)) {
            payloads = files.filter(Files::isRegularFile).toList();
        }

        assertThat(payloads).isNotEmpty();
        for (Path payload : payloads) {
            PayloadSummary summary = PayloadCheck.inspect(payload);
            assertThat(summary.partitions()).as(payload.toString()).isNotEmpty();
            assertThat(summary.partitions())
                    .allMatch(partition -> !partition.operations().isEmpty());
        }
    }
}
