package io.keelson.payload.manifest;

import static io.keelson.payload.manifest.Manifests.extent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.gpt.RootHash;
import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Our reader and writer against protoc and payload.proto. */
class ProtoTest {
    private static final Path PROTO = Path.of("src/main/proto/payload.proto").toAbsolutePath();
    private static final String MANIFEST = "keelson.payload.DeltaArchiveManifest";
    private static final String SIGNATURES = "keelson.payload.Signatures";

    @TempDir Path directory;

    @Test
    void aManifestWithEverythingIsTheOneProtocWrites() throws Exception {
        PayloadManifest manifest = everything();
        byte[] ours = ManifestFormatter.format(manifest);

        String text = decoded(MANIFEST, ours);

        assertThat(text).doesNotContainPattern("(?m)^ *[0-9]+[:{ ]");
        assertThat(encoded(MANIFEST, text)).isEqualTo(ours);
        assertThat(ManifestParser.parse(ours)).isEqualTo(manifest);
        for (OperationType type : OperationType.values()) {
            assertThat(text).contains("type: " + type + "\n");
        }
    }

    @Test
    void signaturesAreWhatProtocReadsAndWrites() throws Exception {
        byte[] ours =
                PayloadSignature.format(List.of(new byte[71], new byte[256]), List.of(72, 256));

        String text = decoded(SIGNATURES, ours);

        assertThat(text).contains("unpadded_signature_size: 71");
        assertThat(encoded(SIGNATURES, text)).isEqualTo(ours);
    }

    private String decoded(String message, byte[] bytes) throws Exception {
        Files.write(directory.resolve("message"), bytes);
        run("--decode", message, "message", "text");
        return Files.readString(directory.resolve("text"));
    }

    private byte[] encoded(String message, String text) throws Exception {
        Files.writeString(directory.resolve("text"), text);
        run("--encode", message, "text", "message");
        return Files.readAllBytes(directory.resolve("message"));
    }

    /** Between standard input and output alone, as protoc has it. */
    private void run(String option, String message, String in, String out) throws Exception {
        String script = "protoc --proto_path=\"$1\" \"$2=$3\" \"$4\" <\"$5\" >\"$6\"";
        Command.run(
                        List.of(
                                "sh",
                                "-c",
                                script,
                                "sh",
                                String.valueOf(PROTO.getParent()),
                                option,
                                message,
                                PROTO.toString(),
                                directory.resolve(in).toString(),
                                directory.resolve(out).toString()),
                        Duration.ofMinutes(1))
                .orThrow("protoc " + option + " (Debian's package protobuf-compiler)");
    }

    private static PayloadManifest everything() {
        List<InstallOperation> operations =
                Arrays.stream(OperationType.values()).map(ProtoTest::operation).toList();
        PartitionUpdate usr = Manifests.usr();
        var full =
                new PartitionUpdate(
                        usr.name(),
                        Optional.of(new PartitionUpdate.Content(4711, Optional.of(hash("56")))),
                        usr.target(),
                        usr.version(),
                        Optional.of(
                                new PartitionUpdate.Verity(
                                        "sha256",
                                        "aabb",
                                        Optional.of(new RootHash("78".repeat(32))))),
                        operations);
        return new PayloadManifest(
                        4096,
                        Optional.of(new PayloadManifest.SignaturesLocation(1L << 40, 267)),
                        9,
                        true,
                        List.of(full, Manifests.uki()))
                .withChunkIndex(hash("9a"));
    }

    private static InstallOperation operation(OperationType type) {
        return new InstallOperation(
                type,
                type.hasData()
                        ? new InstallOperation.Data(1L << 33, 5, Optional.of(hash("12")))
                        : InstallOperation.Data.NONE,
                type.hasSource()
                        ? new InstallOperation.Source(
                                List.of(extent(7, 1), extent(1L << 32, 2)), Optional.of(hash("34")))
                        : InstallOperation.Source.NONE,
                List.of(extent(0, 3)),
                type == OperationType.ZSTD_HISTORY ? List.of(extent(1, 2)) : List.of());
    }

    private static Sha256 hash(String digits) {
        return new Sha256(digits.repeat(32));
    }
}
