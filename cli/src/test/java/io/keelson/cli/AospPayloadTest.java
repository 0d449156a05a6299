package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keelson.host.Command;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestFormatter;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.Sha256;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Payloads that no host of ours takes, from the command line. */
class AospPayloadTest {
    /** Made by AOSP's own generator; not part of this repository. */
    private static final Path SAMPLES = Path.of("../../shared/data/aosp-samples");

    private static final Map<String, String> OLD =
            Map.of("kernel", "disk_ext2_4k_empty.img", "root", "disk_sqfs_empty.img");
    private static final Map<String, String> NEW =
            Map.of("kernel", "disk_ext2_4k.img", "root", "disk_sqfs_default.img");

    @TempDir Path directory;

    @Test
    void aospsOwnPayloadsYieldItsOwnImages() throws Exception {
        unpackSamples();

        assertThat(apply("full_payload.bin").exitCode()).isZero();
        requireNewImages();
        CapturedRun delta = apply("delta_payload.bin", "--old", directory.toString());
        assertThat(delta.err()).isEmpty();
        assertThat(delta.exitCode()).isZero();
        requireNewImages();
    }

    @Test
    void aDeltaWithoutOrOverOtherImagesIsRefusedInOneSentence() throws Exception {
        unpackSamples();

        assertThat(apply("delta_payload.bin"))
                .extracting(CapturedRun::exitCode, run -> run.err().strip())
                .containsExactly(
                        1,
                        "keelson: "
                                + directory.resolve("delta_payload.bin")
                                + " cannot be applied: it builds on old partitions: name the"
                                + " directory of their images with --old");
        Path kernel = directory.resolve("kernel.img");
        byte[] foreign = Files.readAllBytes(kernel);
        for (int i = 0; i < foreign.length; i++) {
            foreign[i] ^= 1;
        }
        Files.write(kernel, foreign);
        CapturedRun other = apply("delta_payload.bin", "--old", directory.toString());
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("does not hold what the operation builds on");
    }

    @Test
    void aPartitionIsNeverWrittenElsewhereThanBelowTheGivenDirectory() throws Exception {
        Path payload = Files.write(directory.resolve("evil"), payload("../evil"));

        CapturedRun run = apply(payload.getFileName().toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("\"../evil\", which is not fit for a file's name");
        assertThat(directory.resolve("evil.img")).doesNotExist();
    }

    @Test
    void keysAreForOurOwnPayloadsAndNeededThere() {
        for (String[] options : new String[][] {{}, {"--aosp", "--key", "a.pem"}}) {
            String[] arguments = {"payload", "apply", "--payload", "x", "--out", "y"};

            CapturedRun run =
                    CapturedRun.of(
                            List.of(List.of(arguments), List.of(options)).stream()
                                    .flatMap(List::stream)
                                    .toArray(String[]::new));

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("--key");
        }
    }

    private CapturedRun apply(String payload, String... more) {
        List<String> arguments =
                List.of(
                        "payload",
                        "apply",
                        "--aosp",
                        "--payload",
                        directory.resolve(payload).toString(),
                        "--out",
                        directory.resolve("out").toString());
        return CapturedRun.of(
                List.of(arguments, List.of(more)).stream()
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    private void unpackSamples() throws Exception {
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
        for (Map.Entry<String, String> old : OLD.entrySet()) {
            Files.copy(directory.resolve(old.getValue()), directory.resolve(old.getKey() + ".img"));
        }
    }

    private void requireNewImages() {
        NEW.forEach((partition, image) ->
                assertThat(directory.resolve("out").resolve(partition + ".img"))
                        .hasSameBinaryContentAs(directory.resolve(image)));
    }

    /** Four blocks of zeros for a partition of any name. */
    private static byte[] payload(String name) throws IOException {
        byte[] content = new byte[4 * 4096];
        var zero =
                new InstallOperation(
                        OperationType.ZERO,
                        InstallOperation.Data.NONE,
                        List.of(new Extent(0, content.length / 4096)));
        var partition =
                new PartitionUpdate(
                        name,
                        content.length,
                        Optional.of(Sha256.of(Sha256.digest(content))),
                        "",
                        Optional.empty(),
                        List.of(zero));
        byte[] manifest =
                ManifestFormatter.format(
                        new PayloadManifest(4096, Optional.empty(), 0, false, List.of(partition)));
        byte[] header = new PayloadHeader(manifest.length, 0).toByteArray();
        byte[] payload = new byte[header.length + manifest.length];
        System.arraycopy(header, 0, payload, 0, header.length);
        System.arraycopy(manifest, 0, payload, header.length, manifest.length);
        return payload;
    }
}
