package io.keelson.payload.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadFixture;
import io.keelson.payload.PayloadSummary;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

class PayloadWriterTest {
    @TempDir Path directory;

    @Test
    void theBytesDoNotDependOnTheNumberOfCores() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();
        Path one = directory.resolve("one.payload");
        Path many = directory.resolve("many.payload");

        PayloadWriter.writeWith(1, spec, PayloadFixture.RSA_2048.getPrivate(), one);
        PayloadWriter.writeWith(7, spec, PayloadFixture.RSA_2048.getPrivate(), many);

        assertThat(one).hasSameBinaryContentAs(many);
    }

    @Test
    void summarisesTheFileItWrote() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();
        Path out = directory.resolve("out.payload");

        PayloadSummary summary =
                PayloadWriter.write(
                        spec, PayloadFixture.RSA_4096.getPrivate(), out, WriteProgress.NONE);

        assertThat(summary).isEqualTo(PayloadCheck.inspect(out));
    }

    @Test
    void leavesNothingButThePayloadAndItsChunkIndex() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();
        Path out = Files.createDirectory(directory.resolve("out")).resolve("update.payload");

        PayloadWriter.write(spec, PayloadFixture.EC_P256.getPrivate(), out, WriteProgress.NONE);

        try (Stream<Path> files = Files.list(out.getParent())) {
            assertThat(files).containsExactlyInAnyOrder(out, PayloadWriter.index(out));
        }
    }

    @Test
    void refusesToWriteWhatHostsWouldRefuse() throws Exception {
        PayloadSpec good = new PayloadFixture(directory).spec();
        PayloadSpec ragged =
                new PayloadSpec(good.version(), good.uki(), good.rootHash(), "aa", good.uki(), 3);
        Path out = directory.resolve("out.payload");

        assertThatThrownBy(() ->
                        PayloadWriter.write(
                                ragged,
                                PayloadFixture.RSA_2048.getPrivate(),
                                out,
                                WriteProgress.NONE))
                .hasMessageContaining("would be refused by every host")
                .hasMessageContaining("not whole blocks");
        assertThat(out).doesNotExist();
    }

    /** The decoder shares nothing with ours: Python's library, the zstd and openssl commands. */
    @Test
    void anIndependentDecoderRestoresTheSamePartitions() throws Exception {
        PayloadSpec spec = new PayloadFixture(directory).spec();
        Path payload = directory.resolve("update.payload");
        PayloadWriter.write(
                spec, PayloadFixture.RSA_4096.getPrivate(), payload, WriteProgress.NONE);
        Path key = directory.resolve("key.pem");
        Files.writeString(
                key,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(PayloadFixture.RSA_4096.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        Path script = Path.of("src/test/resources/decode_payload.py").toAbsolutePath();

        Command.Result result =
                Command.run(
                        List.of(
                                "python3",
                                script.toString(),
                                payload.toString(),
                                key.toString(),
                                directory.toString()),
                        Duration.ofMinutes(1));

        assertThat(result.exitCode()).as(result.stderr()).isZero();
        assertThat(directory.resolve("decoded-usr")).hasSameBinaryContentAs(spec.usrImage());
        assertThat(directory.resolve("decoded-uki")).hasSameBinaryContentAs(spec.uki());
        assertThat(result.stdout())
                .contains("version=1.1.0")
                .contains("root_hash=" + spec.rootHash().hex());
    }
}
