package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.gpt.DiskLayout;
import io.keelson.image.sign.SigningKeys;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Base64;

/** {@code image verify}: a good release passes, and what is wrong with another is told by name. */
class ImageVerificationTest {
    @TempDir static Path keys;

    @TempDir Path directory;

    @BeforeAll
    static void generateKeys() throws IOException {
        SigningKeys.generate(keys, new SecureRandom());
    }

    @BeforeEach
    void writeRelease() throws Exception {
        TinyRelease.write(keys, directory);
    }

    @Test
    void aGoodReleasePasses() {
        CapturedRun run = verify();

        assertThat(run.err()).doesNotContain("keelson:");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("usr.erofs: size and SHA-256 as in release.json")
                .contains("usr.erofs: dm-verity root hash")
                .contains("uki.efi: signed, its command line names the root hash")
                .contains("disk.img: slot A holds usr.erofs and usr.verity")
                .contains("packages.lock: the 1 packages of release.json")
                .contains("provenance.dsse.json: signed by a trusted key")
                .contains("update.payload: signed by a trusted key, every operation's hash");
    }

    @ParameterizedTest
    @CsvSource({
        "usr.erofs, 'usr.erofs has SHA-256 '",
        "uki.efi, 'uki.efi has SHA-256 '",
        "update.payload, 'update.payload has SHA-256 '",
        "usr.verity, 'usr.verity is not the file that release.json names'",
        "packages.lock, 'packages.lock is not the file that release.json names'",
        "sbom.cdx.json, 'sbom.cdx.json is not the file that release.json names'",
        "provenance.dsse.json, 'provenance.dsse.json is not the file that release.json names'",
    })
    void aChangedByteIsToldByTheNameOfItsFile(String name, String sentence) throws IOException {
        flip(name, Files.size(directory.resolve(name)) / 2);

        assertRefused(sentence);
    }

    @Test
    void aChangedByteOnTheDiskIsToldByItsPartition() throws IOException {
        flip("disk.img", DiskLayout.ALIGNMENT_BYTES + DiskLayout.ESP_BYTES + 1024);

        assertRefused("partition 2 of disk.img differs from usr.erofs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usr.erofs",
                "usr.verity",
                "uki.efi",
                "update.payload",
                "disk.img",
                "packages.lock",
                "sbom.cdx.json",
                "provenance.intoto.json",
                "provenance.dsse.json"
            })
    void aMissingFileIsNamed(String name) throws IOException {
        Files.delete(directory.resolve(name));

        assertRefused(name + " is missing");
    }

    @Test
    void aDirectoryWithoutAReleaseIsNotOneOfABuild() throws IOException {
        Files.delete(directory.resolve("release.json"));

        CapturedRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .endsWith(
                        "there is no release.json in %s: name a directory that 'keelson image build' has filled\n"
                                .formatted(directory));
    }

    @Test
    void anotherHashInTheReleaseIsNotThatOfTheFile() throws IOException {
        replaceInRelease("\"sha256\" *: *\"[0-9a-f]{2}", "\"sha256\": \"00");

        assertRefused(", release.json says 00");
    }

    @Test
    void anotherRootHashInTheReleaseIsNotThatOfItsFileSystem() throws IOException {
        replaceInRelease("\"rootHash\" *: *\"[0-9a-f]{4}", "\"rootHash\": \"0000");

        assertRefused("the root hash of usr.erofs is ");
    }

    @Test
    void aReleaseThatAnotherKeySignedIsRefused(@TempDir Path elsewhere) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        byte[] key = generator.generateKeyPair().getPublic().getEncoded();
        Path foreign =
                Files.writeString(
                        elsewhere.resolve("foreign.pub.pem"),
                        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                                .formatted(Base64.getMimeEncoder().encodeToString(key)));

        CapturedRun run =
                CapturedRun.of(
                        "image", "verify", "--key", foreign.toString(), directory.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("keelson: the provenance is not signed by the key with SHA-256 ");
    }

    private void assertRefused(String sentence) {
        CapturedRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("keelson: ")
                .contains(sentence)
                .endsWith(": the image in " + directory + " was changed after it was built\n");
    }

    private CapturedRun verify() {
        return CapturedRun.of(
                "image",
                "verify",
                "--key",
                keys.resolve("update.pub.pem").toString(),
                directory.toString());
    }

    private void flip(String name, long at) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        directory.resolve(name),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
        }
    }

    private void replaceInRelease(String regex, String by) throws IOException {
        Path file = directory.resolve("release.json");
        String text = Files.readString(file, StandardCharsets.UTF_8);
        String changed = text.replaceFirst(regex, by);
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(file, changed, StandardCharsets.UTF_8);
    }
}
