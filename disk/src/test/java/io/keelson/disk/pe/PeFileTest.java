package io.keelson.disk.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

class PeFileTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CHECKSUM = 0x80 + 24 + 64;
    private static final int CERTIFICATES = 0x80 + 24 + 112 + 32;

    @TempDir Path directory;

    @Test
    void sectionsAreReadWithTheirExactContent() throws IOException {
        PeFile file = PeFile.parse(SyntheticPe.stub().build());

        assertThat(file.sections())
                .extracting(PeSection::name)
                .containsExactly(".text", ".sbat", ".sdmagic");
        assertThat(file.section(".text"))
                .hasValue("code of the stub".getBytes(StandardCharsets.US_ASCII));
        assertThat(file.section(".none")).isEmpty();
        assertThat(file.isSigned()).isFalse();
    }

    @Test
    void theHashLeavesOutTheChecksumAndTheSignatureAndNothingElse() throws IOException {
        byte[] image = SyntheticPe.stub().build();
        byte[] hash = PeFile.parse(image).authenticodeHash();

        for (int offset : List.of(0x80 + 8, CERTIFICATES - 1, CERTIFICATES + 8, 0x400, 0x9FF)) {
            byte[] changed = image.clone();
            changed[offset] ^= 1;
            assertThat(PeFile.parse(changed).authenticodeHash())
                    .as("%d", offset)
                    .isNotEqualTo(hash);
        }
        byte[] checksum = image.clone();
        checksum[CHECKSUM + 3] ^= 1;
        assertThat(PeFile.parse(checksum).authenticodeHash()).isEqualTo(hash);
        PeFile signed = PeFile.parse(image).withCertificate(new byte[] {1, 2, 3});
        assertThat(signed.authenticodeHash()).isEqualTo(hash);
        assertThat(PeFile.parse(signed.bytes()).authenticodeHash()).isEqualTo(hash);
    }

    @Test
    void aCertificateIsAppendedOnEightBytesAndNamedInTheHeader() throws IOException {
        byte[] image = SyntheticPe.stub().trailer(new byte[] {9, 9, 9}).build();

        PeFile signed = PeFile.parse(image).withCertificate(new byte[] {1, 2, 3});

        ByteBuffer bytes = ByteBuffer.wrap(signed.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int offset = bytes.getInt(CERTIFICATES);
        assertThat(offset).isEqualTo((image.length + 7) / 8 * 8);
        assertThat(bytes.getInt(CERTIFICATES + 4)).isEqualTo(16);
        assertThat(bytes.getInt(CHECKSUM)).isZero();
        assertThat(Arrays.copyOfRange(bytes.array(), offset, bytes.limit()))
                .containsExactly(16, 0, 0, 0, 0, 2, 2, 0, 1, 2, 3, 0, 0, 0, 0, 0);
        assertThat(signed.isSigned()).isTrue();
        assertThatThrownBy(() -> signed.withCertificate(new byte[1]))
                .isInstanceOf(IllegalStateException.class);
    }

    /** sbsign signs our bytes: the digest inside its signature must be our hash. */
    @Test
    void sbsignComputesTheSameHashAndOurCopyOfItsSignatureVerifies() throws Exception {
        Path image = directory.resolve("image.efi");
        Path signed = directory.resolve("signed.efi");
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        byte[] bytes =
                UkiBuilder.of(SyntheticPe.stub().build())
                        .section(".osrel", "ID=keelson\n".getBytes(StandardCharsets.UTF_8))
                        .section(".linux", SyntheticPe.kernel().build())
                        .build();
        Files.write(image, bytes);
        String command =
                "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -days 30 -keyout %s -out %s"
                        .formatted(key, certificate);
        Command.run(List.of(command.split(" ", -1)), SOON).orThrow("openssl");
        Command.run(
                        List.of(
                                "sbsign",
                                "--key",
                                key.toString(),
                                "--cert",
                                certificate.toString(),
                                "--output",
                                signed.toString(),
                                image.toString()),
                        SOON)
                .orThrow("sbsign");

        byte[] theirs = Files.readAllBytes(signed);
        PeFile file = PeFile.parse(bytes);
        PeFile foreign = PeFile.parse(theirs);
        assertThat(foreign.isSigned()).isTrue();
        assertThat(foreign.authenticodeHash()).isEqualTo(file.authenticodeHash());
        assertThat(HexFormat.of().formatHex(theirs))
                .contains(HexFormat.of().formatHex(file.authenticodeHash()));

        ByteBuffer header = ByteBuffer.wrap(theirs).order(ByteOrder.LITTLE_ENDIAN);
        int start = header.getInt(CERTIFICATES) + 8;
        byte[] pkcs7 = Arrays.copyOfRange(theirs, start, start + derLength(theirs, start));
        Path ours = Files.write(directory.resolve("ours.efi"), file.withCertificate(pkcs7).bytes());
        var verified =
                Command.run(
                        List.of("sbverify", "--cert", certificate.toString(), ours.toString()),
                        SOON,
                        Map.of());
        assertThat(verified.orThrow("sbverify").stdout()).contains("Signature verification OK");
    }

    /** The length of a DER SEQUENCE with a two-byte length, header included. */
    private static int derLength(byte[] bytes, int offset) {
        assertThat(bytes[offset + 1] & 0xFF).isEqualTo(0x82);
        return 4 + ((bytes[offset + 2] & 0xFF) << 8) + (bytes[offset + 3] & 0xFF);
    }

    @Test
    void bytesThatAreNotAWholeImageAreRefused() {
        byte[] image = SyntheticPe.stub().build();
        byte[] pe32 = image.clone();
        pe32[0x80 + 25] = 1;
        byte[] farAway = image.clone();
        ByteBuffer.wrap(farAway).order(ByteOrder.LITTLE_ENDIAN).putInt(0x3C, Integer.MAX_VALUE);
        byte[] negative = image.clone();
        ByteBuffer.wrap(negative).order(ByteOrder.LITTLE_ENDIAN).putInt(0x3C, -8);
        byte[] manySections = image.clone();
        manySections[0x80 + 7] = (byte) 0xFF;
        byte[] hugeSection = image.clone();
        Arrays.fill(hugeSection, 0x80 + 24 + 240 + 16, 0x80 + 24 + 240 + 24, (byte) 0xFF);
        byte[] hugeHeaders = image.clone();
        hugeHeaders[0x80 + 24 + 63] = 1;
        byte[] strayCertificates = image.clone();
        strayCertificates[CERTIFICATES + 4] = 8;
        List<byte[]> inputs =
                List.of(
                        new byte[0],
                        new byte[4096],
                        Arrays.copyOf(image, 0x100),
                        Arrays.copyOf(image, image.length - 1),
                        pe32,
                        farAway,
                        negative,
                        manySections,
                        hugeSection,
                        hugeHeaders,
                        strayCertificates);

        for (byte[] input : inputs) {
            assertThatThrownBy(() -> PeFile.parse(input))
                    .as("input %d", inputs.indexOf(input))
                    .isInstanceOf(IOException.class);
        }
    }
}
