package io.keelson.engine.agent;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.generate.WriteProgress;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** A release with a small /usr and a "kernel image" that names the root hash it wants. */
record TestRelease(ReleaseVersion version, Path usr, Path uki, RootHash rootHash, Path payload) {
    static final KeyPair OUR_KEY = rsa();
    static final KeyPair FOREIGN_KEY = rsa();
    private static final int USR_BYTES = 40 * 4096;

    static TestRelease build(Path directory, String version, KeyPair key)
            throws IOException, InterruptedException {
        byte[] content = new byte[USR_BYTES];
        new Random(version.hashCode()).nextBytes(content);
        return of(directory, version, content, key);
    }

    /** A release of which four blocks of forty are new. */
    static TestRelease successor(Path directory, TestRelease base, String version, KeyPair key)
            throws IOException, InterruptedException {
        byte[] content = Files.readAllBytes(base.usr());
        byte[] block = new byte[4096];
        new Random(version.hashCode()).nextBytes(block);
        for (int place : new int[] {0, 7, 8, 39}) {
            System.arraycopy(block, 0, content, place * block.length, block.length);
        }
        return of(directory, version, content, key);
    }

    private static TestRelease of(Path directory, String version, byte[] content, KeyPair key)
            throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.resolve("release-" + version));
        Path usr = Files.write(home.resolve("usr"), content);
        RootHash rootHash =
                VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE).rootHash();
        Path uki = Files.writeString(home.resolve("uki"), version + " " + rootHash.hex());
        Path payload = home.resolve("update.payload");
        var spec =
                new PayloadSpec(
                        new ReleaseVersion(version), usr, rootHash, VerityDefaults.salt(), uki, 1);
        PayloadWriter.write(spec, key.getPrivate(), payload, WriteProgress.NONE);
        return new TestRelease(new ReleaseVersion(version), usr, uki, rootHash, payload);
    }

    /** A release whose boot image is an EFI program, as far as its header. */
    static TestRelease withImage(Path directory, String version, int peMachine)
            throws IOException, InterruptedException {
        TestRelease made = build(directory, version, OUR_KEY);
        Files.write(made.uki(), program(peMachine));
        var spec =
                new PayloadSpec(
                        made.version(),
                        made.usr(),
                        made.rootHash(),
                        VerityDefaults.salt(),
                        made.uki(),
                        1);
        PayloadWriter.write(spec, OUR_KEY.getPrivate(), made.payload(), WriteProgress.NONE);
        return made;
    }

    static byte[] program(int peMachine) {
        ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        image.putShort(0, (short) 0x5A4D).putInt(0x3C, 0x80);
        image.putInt(0x80, 0x4550).putShort(0x84, (short) peMachine);
        return image.array();
    }

    VerityTree tree() throws IOException, InterruptedException {
        return VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
    }

    Offer offer(String source) throws IOException {
        byte[] bytes = Files.readAllBytes(payload);
        return new Offer(
                version,
                OfferedFile.full(List.of(URI.create(source)), bytes.length, sha256(bytes)),
                List.of());
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(KeyPair pair) {
        byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
        String base64 =
                Base64.getMimeEncoder(64, lineEnd).encodeToString(pair.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
