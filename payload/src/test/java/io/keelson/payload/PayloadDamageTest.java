package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keelson.payload.manifest.PayloadHeader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

class PayloadDamageTest {
    private static final long SEED = 20_261_121;
    private static final int POSITIONS = 400;

    @TempDir Path directory;

    @Test
    void noFlippedBitIsAcceptedUnderAnRsaKey() throws Exception {
        requireNoFlipAccepted(PayloadFixture.RSA_2048);
    }

    @Test
    void noFlippedBitIsAcceptedUnderAnEcKey() throws Exception {
        requireNoFlipAccepted(PayloadFixture.EC_P256);
    }

    @Test
    void everyCutIsATransferError() throws Exception {
        byte[] payload = tiny(PayloadFixture.RSA_2048);
        TrustedKeys keys = PayloadFixture.trust(PayloadFixture.RSA_2048);
        PayloadHeader header = PayloadHeader.parse(Arrays.copyOf(payload, PayloadHeader.BYTES));
        int data = (int) header.dataOffset();
        int manifest = PayloadHeader.BYTES + header.manifestBytes();
        int signatures = payload.length - header.metadataSignatureBytes();
        IntStream boundaries =
                IntStream.of(
                        0,
                        1,
                        3,
                        4,
                        11,
                        12,
                        19,
                        20,
                        23,
                        24,
                        25,
                        manifest - 1,
                        manifest,
                        data - 1,
                        data,
                        data + 1,
                        signatures - 1,
                        signatures,
                        payload.length - 1);
        IntStream anywhere = new Random(SEED).ints(50, 0, payload.length);

        IntStream.concat(boundaries, anywhere)
                .forEach(length -> {
                    Throwable failure =
                            catchThrowable(() ->
                                    PayloadFixture.apply(Arrays.copyOf(payload, length), keys));
                    assertThat(failure)
                            .as("cut at byte " + length)
                            .isInstanceOfSatisfying(
                                    PayloadException.class,
                                    refused ->
                                            assertThat(refused.error())
                                                    .isEqualTo(PayloadError.DOWNLOAD_TRANSFER));
                });
    }

    @Test
    void bytesAfterTheSignaturesAreRefused() throws Exception {
        byte[] payload = tiny(PayloadFixture.RSA_2048);

        Throwable failure =
                catchThrowable(() ->
                        PayloadFixture.apply(
                                Arrays.copyOf(payload, payload.length + 1),
                                PayloadFixture.trust(PayloadFixture.RSA_2048)));

        assertThat(failure).hasMessageContaining("goes on after its signatures");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 64, 21, does not start with",
        "11, 03, 44, major version 3",
        "12, ff, 32, manifest of",
        "16, 7f, 32, manifest of",
        "20, ff, 32, metadata signature of",
    })
    void headersThatLieAboutThemselvesAreRefusedBeforeTheirSizeIsRead(
            int offset, String hex, int code, String message) throws Exception {
        byte[] payload = tiny(PayloadFixture.RSA_2048);
        payload[offset] = (byte) Integer.parseInt(hex, 16);

        Throwable failure =
                catchThrowable(() ->
                        PayloadFixture.apply(
                                payload, PayloadFixture.trust(PayloadFixture.RSA_2048)));

        assertThat(failure)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        PayloadException.class,
                        refused -> assertThat(refused.errorCode()).isEqualTo(code));
    }

    @Test
    void aPayloadWithoutMetadataSignatureIsRefused() throws Exception {
        byte[] payload = tiny(PayloadFixture.RSA_2048);
        Arrays.fill(payload, 20, 24, (byte) 0);

        Throwable failure =
                catchThrowable(() ->
                        PayloadFixture.apply(
                                payload, PayloadFixture.trust(PayloadFixture.RSA_2048)));

        assertThat(failure).hasMessage("the payload's metadata is not signed");
    }

    private byte[] tiny(KeyPair key) throws Exception {
        return Files.readAllBytes(PayloadFixture.tiny(directory).write(key.getPrivate()));
    }

    private void requireNoFlipAccepted(KeyPair key) throws Exception {
        byte[] payload = tiny(key);
        TrustedKeys keys = PayloadFixture.trust(key);
        assertThat(PayloadFixture.apply(payload, keys).signers()).hasSize(1);
        PayloadHeader header = PayloadHeader.parse(Arrays.copyOf(payload, PayloadHeader.BYTES));
        int data = (int) header.dataOffset();
        // Everything that has structure is tried in full, the data by sample.
        IntStream structured =
                IntStream.concat(
                        IntStream.range(0, data),
                        IntStream.range(
                                payload.length - header.metadataSignatureBytes(), payload.length));
        Random random = new Random(SEED);
        IntStream.concat(structured, random.ints(POSITIONS, data, payload.length))
                .forEach(position -> {
                    byte[] damaged = payload.clone();
                    damaged[position] ^= (byte) (1 << random.nextInt(8));
                    assertThat(catchThrowable(() -> PayloadFixture.apply(damaged, keys)))
                            .as("flip at byte %d, seed %d", position, SEED)
                            .isInstanceOf(PayloadException.class);
                });
    }
}
