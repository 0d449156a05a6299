package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.Command;
import io.keelson.payload.manifest.Sha256;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** OpenSSL is asked about the same signatures; both must say the same of each. */
class SignatureOracleTest {
    private static final long SEED = 20_261_121;
    private static final int DAMAGED = 40;
    private static final byte[] SIGNED = "what was signed".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path directory;

    enum Kind {
        RSA_2048,
        RSA_4096,
        EC_P256;

        KeyPair keys() {
            return switch (this) {
                case RSA_2048 -> PayloadFixture.RSA_2048;
                case RSA_4096 -> PayloadFixture.RSA_4096;
                case EC_P256 -> PayloadFixture.EC_P256;
            };
        }

        byte[] sign(String digest) throws GeneralSecurityException {
            Signature signer =
                    Signature.getInstance(digest + (this == EC_P256 ? "withECDSA" : "withRSA"));
            signer.initSign(keys().getPrivate());
            signer.update(SIGNED);
            return signer.sign();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothAcceptWhatTheJdkSigned(Kind kind) throws Exception {
        byte[] signature = kind.sign("SHA256");

        assertThat(weAccept(kind, signature)).isTrue();
        assertThat(opensslAccepts(kind, signature)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void weAcceptWhatOpensslSigned(Kind kind) throws Exception {
        Path key = directory.resolve("key.der");
        Files.write(key, kind.keys().getPrivate().getEncoded());
        Path out = directory.resolve("signature");
        Command.run(
                        List.of(
                                "openssl",
                                "dgst",
                                "-sha256",
                                "-sign",
                                key.toString(),
                                "-keyform",
                                "DER",
                                "-out",
                                out.toString(),
                                signedFile().toString()),
                        Duration.ofMinutes(1))
                .orThrow("signing");

        assertThat(weAccept(kind, Files.readAllBytes(out))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void bothSayTheSameOfEverySpoiltSignature(Kind kind) throws Exception {
        for (Map.Entry<String, byte[]> spoilt : spoilt(kind).entrySet()) {
            assertThat(weAccept(kind, spoilt.getValue()))
                    .as(spoilt.getKey() + ", seed " + SEED)
                    .isEqualTo(opensslAccepts(kind, spoilt.getValue()))
                    .isFalse();
        }
    }

    /** On our own: the openssl program reads no more of a file than a signature has. */
    @ParameterizedTest
    @EnumSource
    void weRefuseASignatureWithAnythingAfterIt(Kind kind) throws Exception {
        byte[] signature = kind.sign("SHA256");

        assertThat(weAccept(kind, Arrays.copyOf(signature, signature.length + 1))).isFalse();
    }

    /** The same message with what PKCS #1 v1.5 must not accept, made with the private key. */
    @Test
    void bothRefuseEveryPaddingButTheOne() throws Exception {
        var key = (RSAPrivateKey) PayloadFixture.RSA_2048.getPrivate();
        String info = "3031300d060960864801650304020105000420";
        String withoutNull = "302f300b0609608648016503040201" + "0420";
        String digest = HexFormat.of().formatHex(Sha256.digest(SIGNED));
        Map<String, String> encodings = new LinkedHashMap<>();
        encodings.put("as it must be", padded("01", "ff", info + digest));
        encodings.put("block type 2", padded("02", "ff", info + digest));
        encodings.put("filler that is not ff", padded("01", "fe", info + digest));
        encodings.put("no algorithm parameters", padded("01", "ff", withoutNull + digest));
        encodings.put("no digest info", padded("01", "ff", digest));
        encodings.put("bytes after the digest", padded("01", "ff", info + digest + "00"));
        // A short filler and room for garbage: what lenient verifiers were forged with.
        encodings.put(
                "garbage after a short filler",
                "0001" + "ff".repeat(8) + "00" + info + digest + "ab".repeat(256 - 62));

        for (Map.Entry<String, String> encoding : encodings.entrySet()) {
            byte[] signature = raw(key, encoding.getValue());
            boolean wanted = encoding.getKey().equals("as it must be");

            assertThat(weAccept(Kind.RSA_2048, signature)).as(encoding.getKey()).isEqualTo(wanted);
            assertThat(opensslAccepts(Kind.RSA_2048, signature))
                    .as("openssl, " + encoding.getKey())
                    .isEqualTo(wanted);
        }
    }

    private static String padded(String type, String filler, String content) {
        return "00" + type + filler.repeat(256 - 3 - content.length() / 2) + "00" + content;
    }

    private static byte[] raw(RSAPrivateKey key, String encodedHex) {
        BigInteger power =
                new BigInteger(encodedHex, 16).modPow(key.getPrivateExponent(), key.getModulus());
        byte[] bytes = power.toByteArray();
        byte[] signature = new byte[256];
        int length = Math.min(bytes.length, signature.length);
        System.arraycopy(
                bytes, bytes.length - length, signature, signature.length - length, length);
        return signature;
    }

    private static Map<String, byte[]> spoilt(Kind kind) throws GeneralSecurityException {
        byte[] good = kind.sign("SHA256");
        Map<String, byte[]> spoilt = new LinkedHashMap<>();
        spoilt.put("another digest", kind.sign("SHA384"));
        spoilt.put("the old digest", kind.sign("SHA1"));
        spoilt.put("zeros", new byte[good.length]);
        spoilt.put("ones", filled(good.length, 0xFF));
        spoilt.put("one byte", new byte[] {1});
        spoilt.put("a byte less", Arrays.copyOf(good, good.length - 1));
        byte[] later = new byte[good.length + 1];
        System.arraycopy(good, 0, later, 1, good.length);
        spoilt.put("a zero in front", later);
        if (kind == Kind.EC_P256) {
            spoilt.put("r and s of zero", new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0});
            spoilt.put("r and s of one", new byte[] {0x30, 6, 2, 1, 1, 2, 1, 1});
        } else {
            byte[] beyond = kind.keys().getPublic().getEncoded();
            spoilt.put("more than the modulus", Arrays.copyOf(beyond, good.length));
        }
        Random random = new Random(SEED);
        for (int i = 0; i < DAMAGED; i++) {
            byte[] flipped = good.clone();
            int bit = random.nextInt(good.length * 8);
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            spoilt.put("bit " + bit + " flipped", flipped);
        }
        return spoilt;
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static boolean weAccept(Kind kind, byte[] signature) {
        return SignatureKey.verifies(kind.keys().getPublic(), Sha256.digest(SIGNED), signature);
    }

    private boolean opensslAccepts(Kind kind, byte[] signature)
            throws IOException, InterruptedException {
        Path key = PayloadFixture.pem(directory.resolve("key.pem"), kind.keys());
        Path file = Files.write(directory.resolve("signature"), signature);
        Command.Result result =
                Command.run(
                        List.of(
                                "openssl",
                                "dgst",
                                "-sha256",
                                "-verify",
                                key.toString(),
                                "-signature",
                                file.toString(),
                                signedFile().toString()),
                        Duration.ofMinutes(1));
        return result.ok() && result.stdout().contains("Verified OK");
    }

    private Path signedFile() throws IOException {
        return Files.write(directory.resolve("signed"), SIGNED);
    }
}
