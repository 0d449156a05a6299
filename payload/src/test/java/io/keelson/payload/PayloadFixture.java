package io.keelson.payload;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.generate.WriteProgress;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** A small release: every kind of chunk in usr, and a UKI that does not end on a block. */
public final class PayloadFixture {
    public static final KeyPair RSA_4096 = rsa(4096);
    public static final KeyPair RSA_2048 = rsa(2048);
    public static final KeyPair OTHER_RSA_2048 = rsa(2048);
    public static final KeyPair EC_P256 = ec("secp256r1");

    static final int MEBIBYTE = 1 << 20;
    private static final int UKI_BYTES = 70_001;

    private final Path directory;
    private final PayloadSpec spec;

    public PayloadFixture(Path directory) throws IOException, InterruptedException {
        this(directory, usr());
    }

    private PayloadFixture(Path directory, byte[] usr) throws IOException, InterruptedException {
        this.directory = directory;
        Path usrImage = Files.write(directory.resolve("usr.erofs"), usr);
        byte[] uki = new byte[UKI_BYTES];
        for (int i = 0; i < uki.length; i++) {
            uki[i] = (byte) (i / 7);
        }
        Path ukiFile = Files.write(directory.resolve("uki.efi"), uki);
        RootHash rootHash =
                VerityTree.of(usrImage, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE)
                        .rootHash();
        spec =
                new PayloadSpec(
                        new ReleaseVersion("1.1.0"),
                        usrImage,
                        rootHash,
                        VerityDefaults.salt(),
                        ukiFile,
                        3);
    }

    /** A release that is only blocks, so that damage tests can try many positions. */
    static PayloadFixture tiny(Path directory) throws IOException, InterruptedException {
        byte[] usr = new byte[8 * 4096];
        new Random(7).nextBytes(usr);
        return new PayloadFixture(directory, usr);
    }

    private static byte[] usr() {
        byte[] usr = new byte[4 * MEBIBYTE + 3 * 4096];
        byte[] text = "keelson ".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < usr.length; i++) {
            usr[i] = text[i % text.length];
        }
        byte[] noise = new byte[MEBIBYTE];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, usr, MEBIBYTE, noise.length);
        Arrays.fill(usr, 2 * MEBIBYTE, 3 * MEBIBYTE, (byte) 0);
        return usr;
    }

    public PayloadSpec spec() {
        return spec;
    }

    Path write(PrivateKey... keys) throws IOException, InterruptedException {
        Path out = directory.resolve("update.payload");
        PayloadWriter.write(spec, List.of(keys), out, WriteProgress.NONE);
        return out;
    }

    byte[] usrBytes() throws IOException {
        return Files.readAllBytes(spec.usrImage());
    }

    byte[] ukiBytes() throws IOException {
        return Files.readAllBytes(spec.uki());
    }

    public static TrustedKeys trust(KeyPair... pairs) {
        return new TrustedKeys(Arrays.stream(pairs).map(KeyPair::getPublic).toList(), 1);
    }

    static AppliedPayload apply(byte[] payload, TrustedKeys keys) throws PayloadException {
        return PayloadApplier.apply(
                PayloadReader.open(new ByteArrayInputStream(payload), keys),
                ApplyPlan.to(PayloadTargets.discarding()),
                ApplyProgress.NONE);
    }

    static Path pem(Path file, KeyPair pair) {
        String base64 =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPublic().getEncoded());
        try {
            return Files.writeString(
                    file, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
