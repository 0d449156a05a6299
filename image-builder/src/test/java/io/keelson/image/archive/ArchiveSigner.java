package io.keelson.image.archive;

import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;

/** A key like Debian's, made for one test. */
public final class ArchiveSigner {
    private static final int RSA_BITS = 2048;
    private static final int ALGORITHM = PublicKeyAlgorithmTags.RSA_GENERAL;

    private final PGPKeyPair key;

    public ArchiveSigner(Instant made) throws PGPException {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(
                new RSAKeyGenerationParameters(
                        BigInteger.valueOf(65537), new SecureRandom(), RSA_BITS, 80));
        key =
                new BcPGPKeyPair(
                        PublicKeyPacket.VERSION_4,
                        ALGORITHM,
                        generator.generateKeyPair(),
                        Date.from(made));
    }

    /** Writes debian-archive-test.gpg into a directory. */
    public void writeKeyring(Path dir) throws IOException, PGPException {
        var ring =
                new PGPKeyRingGenerator(
                        PGPSignature.POSITIVE_CERTIFICATION,
                        key,
                        "test",
                        new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                        null,
                        null,
                        new BcPGPContentSignerBuilder(ALGORITHM, HashAlgorithmTags.SHA256),
                        null);
        try (OutputStream out = Files.newOutputStream(dir.resolve("debian-archive-test.gpg"))) {
            ring.generatePublicKeyRing().encode(out);
        }
    }

    public String sign(String text) throws IOException, PGPException {
        return sign(text, HashAlgorithmTags.SHA256);
    }

    /** A clear-signed message over text that ends with a newline. */
    String sign(String text, int hash) throws IOException, PGPException {
        var signatures =
                new PGPSignatureGenerator(
                        new BcPGPContentSignerBuilder(ALGORITHM, hash), key.getPublicKey());
        signatures.init(PGPSignature.CANONICAL_TEXT_DOCUMENT, key.getPrivateKey());
        String canonical = text.substring(0, text.length() - 1).replace("\n", "\r\n");
        signatures.update(canonical.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream armored = new ByteArrayOutputStream();
        try (ArmoredOutputStream out = new ArmoredOutputStream(armored)) {
            signatures.generate().encode(out);
        }
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
                + text
                + armored.toString(StandardCharsets.US_ASCII);
    }
}
