package io.keelson.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;

class TrustedKeysTest {
    private static final KeyPair FIRST = PayloadFixture.RSA_2048;
    private static final KeyPair SECOND = PayloadFixture.EC_P256;
    private static final KeyPair THIRD = PayloadFixture.OTHER_RSA_2048;

    @TempDir Path directory;

    @Test
    void anEmptyDirectoryRefusesEverythingInsteadOfVerifyingNothing() {
        assertThatThrownBy(() -> TrustedKeys.load(directory))
                .isInstanceOf(PayloadException.class)
                .hasMessage(
                        "there is no update key in "
                                + directory
                                + ", so no payload can be trusted");
    }

    @Test
    void aMissingDirectoryIsRefused() {
        assertThatThrownBy(() -> TrustedKeys.load(directory.resolve("none")))
                .isInstanceOf(PayloadException.class);
    }

    @Test
    void readsEveryPemFileOfADirectory() throws Exception {
        PayloadFixture.pem(directory.resolve("a.pem"), FIRST);
        PayloadFixture.pem(directory.resolve("b.pem"), SECOND);
        Files.writeString(directory.resolve("README"), "not a key");

        TrustedKeys keys = TrustedKeys.load(directory);

        assertThat(keys.keys()).containsExactly(FIRST.getPublic(), SECOND.getPublic());
        assertThat(keys.fingerprints()).allMatch(text -> text.matches("[0-9a-f]{64}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----END PUBLIC KEY----------BEGIN PUBLIC KEY-----",
            })
    void aFileThatIsNotAKeyNamesItself(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("bad.pem"), content);

        assertThatThrownBy(() -> TrustedKeys.load(directory))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void weakOrUnusualKeysAreRefused() {
        for (KeyPair pair : List.of(PayloadFixture.rsa(1024), PayloadFixture.ec("secp384r1"))) {
            assertThatThrownBy(() -> PayloadFixture.trust(pair))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2048 or 4096 bits or EC on P-256");
        }
    }

    @Test
    void theSameKeyDoesNotCountTwice() {
        PublicKey key = FIRST.getPublic();

        assertThatThrownBy(() -> new TrustedKeys(List.of(key, key), 2))
                .hasMessage("a trusted key is listed twice");
    }

    @Test
    void thresholdsBeyondTheKeysAreRefused() {
        List<PublicKey> one = List.of(FIRST.getPublic());

        assertThatThrownBy(() -> new TrustedKeys(one, 0)).hasMessageContaining("threshold");
        assertThatThrownBy(() -> new TrustedKeys(one, 2)).hasMessageContaining("threshold");
        assertThatThrownBy(() -> new TrustedKeys(List.of(), 1)).hasMessageContaining("0 trusted");
    }

    @Test
    void twoOfThreeKeysSuffice() throws Exception {
        TrustedKeys keys =
                new TrustedKeys(
                        List.of(FIRST.getPublic(), SECOND.getPublic(), THIRD.getPublic()), 2);
        PayloadFixture fixture = PayloadFixture.tiny(directory);

        byte[] two = Files.readAllBytes(fixture.write(THIRD.getPrivate(), SECOND.getPrivate()));
        byte[] one = Files.readAllBytes(fixture.write(FIRST.getPrivate()));
        byte[] twice = Files.readAllBytes(fixture.write(FIRST.getPrivate(), FIRST.getPrivate()));

        assertThatCode(() -> PayloadFixture.apply(two, keys)).doesNotThrowAnyException();
        assertThat(PayloadFixture.apply(two, keys).signers()).hasSize(2);
        for (byte[] tooFew : List.of(one, twice)) {
            assertThatThrownBy(() -> PayloadFixture.apply(tooFew, keys))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining("signed by 1 of the trusted keys, 2 must have");
        }
    }
}
