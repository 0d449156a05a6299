package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.payload.PayloadCheck.Verdict;
import io.keelson.payload.apply.ContentCheck;
import io.keelson.payload.manifest.Sha256;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class PayloadCheckTest {
    private static final TrustedKeys TRUSTED = PayloadFixture.trust(PayloadFixture.RSA_2048);

    @TempDir Path directory;

    @Test
    void summarisesATrustedPayload() throws Exception {
        PayloadFixture fixture = new PayloadFixture(directory);
        Path file = fixture.write(PayloadFixture.RSA_2048.getPrivate());

        Verdict verdict = PayloadCheck.verify(file, TRUSTED);

        assertThat(verdict).isEqualTo(ContentCheck.verify(file, TRUSTED));
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Trusted.class,
                        trusted -> {
                            PayloadSummary summary = trusted.summary();
                            assertThat(summary.rootHash()).hasValue(fixture.spec().rootHash());
                            assertThat(summary.signers()).isEqualTo(TRUSTED.fingerprints());
                            assertThat(summary.file().sizeBytes())
                                    .isEqualTo(file.toFile().length());
                        });
    }

    @Test
    void namesTheHashOfTheWholeFile() throws Exception {
        Path file = PayloadFixture.tiny(directory).write(PayloadFixture.RSA_2048.getPrivate());

        PayloadSummary summary = PayloadCheck.inspect(file);

        assertThat(summary.file().sha256())
                .isEqualTo(Sha256.of(Sha256.digest(Files.readAllBytes(file))));
    }

    @Test
    void refusesAPayloadOfTheWrongKey() throws Exception {
        Path file =
                PayloadFixture.tiny(directory).write(PayloadFixture.OTHER_RSA_2048.getPrivate());

        assertThat(PayloadCheck.verify(file, TRUSTED))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.errorCode()).isEqualTo(26));
    }

    @Test
    void refusesAFileThatIsNoPayload() throws Exception {
        Path file = Files.writeString(directory.resolve("x"), "x".repeat(100));

        assertThat(PayloadCheck.verify(file, TRUSTED))
                .isEqualTo(
                        new Verdict.Refused(
                                21,
                                "the file does not start with \"CrAU\", so it is not an update"
                                        + " payload"));
    }
}
