package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keelson.host.Command;
import io.keelson.payload.foreign.ForeignPayload;
import io.keelson.payload.patch.SourceBytes;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Payloads and images made by AOSP's own generator; they are not part of this repository. */
class AospSamplesTest {
    private static final Path SAMPLES = Path.of("../../shared/data/aosp-samples");

    private static final Map<String, String> OLD =
            Map.of("kernel", "disk_ext2_4k_empty.img", "root", "disk_sqfs_empty.img");
    private static final Map<String, String> NEW =
            Map.of("kernel", "disk_ext2_4k.img", "root", "disk_sqfs_default.img");

    @TempDir Path directory;

    @BeforeEach
    void unpack() throws Exception {
        if (!Files.exists(SAMPLES)) {
            System.out.println("skipped: there are no AOSP samples at " + SAMPLES);
        }
        assumeTrue(Files.exists(SAMPLES), "no AOSP samples at " + SAMPLES);
        for (String archive : List.of("sample_payloads.tar.xz", "sample_images.tar.bz2")) {
            Command.run(
                            List.of(
                                    "tar",
                                    "--extract",
                                    "--no-same-owner",
                                    "--file",
                                    SAMPLES.resolve(archive).toAbsolutePath().toString(),
                                    "--directory",
                                    directory.toString()),
                            Duration.ofMinutes(1))
                    .orThrow("unpacking the AOSP samples");
        }
    }

    @Test
    void payloadsOfAospAreSummarised() throws Exception {
        for (String name : List.of("full_payload.bin", "delta_payload.bin")) {
            PayloadSummary summary = PayloadCheck.inspect(directory.resolve(name));

            assertThat(summary.partitions())
                    .extracting(PayloadSummary.Partition::name)
                    .containsExactly("kernel", "root");
            assertThat(summary.partitions())
                    .allMatch(partition -> !partition.operations().isEmpty());
        }
    }

    @Test
    void theFullPayloadYieldsTheNewImages() throws Exception {
        apply(Files.readAllBytes(directory.resolve("full_payload.bin")), NEW);

        requireNewImages();
    }

    @Test
    void theDeltaYieldsTheNewImagesFromTheOldOnes() throws Exception {
        apply(Files.readAllBytes(directory.resolve("delta_payload.bin")), OLD);

        requireNewImages();
    }

    @Test
    void theDeltaIsRefusedOverOtherImagesThanThoseItWasMadeFor() throws Exception {
        byte[] delta = Files.readAllBytes(directory.resolve("delta_payload.bin"));

        assertThatThrownBy(() -> apply(delta, NEW))
                .hasMessageStartingWith("kernel operation 0 (BROTLI_BSDIFF) failed: the running")
                .hasMessageContaining("does not hold what the operation builds on");
    }

    @Test
    void aDamagedBlobIsRefused() throws Exception {
        byte[] delta = Files.readAllBytes(directory.resolve("delta_payload.bin"));
        delta[delta.length - 1] ^= 1;

        assertThatThrownBy(() -> apply(delta, OLD))
                .hasMessage(
                        "the data of root operation 0 does not have the hash the manifest states");
    }

    private void apply(byte[] payload, Map<String, String> sources) throws IOException {
        try (InputStream in = new ByteArrayInputStream(payload);
                var images = new Images(directory, sources)) {
            ForeignPayload.open(in).apply(images);
        }
    }

    private void requireNewImages() {
        NEW.forEach((partition, image) ->
                assertThat(directory.resolve(partition + ".out"))
                        .hasSameBinaryContentAs(directory.resolve(image)));
    }

    private static final class Images implements ForeignPayload.Partitions, AutoCloseable {
        private final Path directory;
        private final Map<String, String> sources;
        private final List<FileChannel> open = new ArrayList<>();

        Images(Path directory, Map<String, String> sources) {
            this.directory = directory;
            this.sources = sources;
        }

        @Override
        public PayloadTarget target(String name) throws IOException {
            FileChannel channel =
                    FileChannel.open(
                            directory.resolve(name + ".out"),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            open.add(channel);
            return PayloadTarget.of(channel);
        }

        @Override
        public SourceBytes source(String name) throws IOException {
            FileChannel channel = FileChannel.open(directory.resolve(sources.get(name)));
            open.add(channel);
            return PayloadSources.of(channel, channel.size());
        }

        @Override
        public void close() throws IOException {
            for (FileChannel channel : open) {
                channel.close();
            }
        }
    }
}
