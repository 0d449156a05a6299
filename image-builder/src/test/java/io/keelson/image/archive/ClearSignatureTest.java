package io.keelson.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.UnaryOperator;

class ClearSignatureTest {
    private static final Instant MADE = Instant.parse("2020-01-01T00:00:00Z");
    private static final String TEXT = "Suite: trixie\nSHA256:\n abc 1 main\n";

    @TempDir Path dir;
    private ArchiveSigner signer;

    @BeforeEach
    void makeKey() throws Exception {
        signer = new ArchiveSigner(MADE);
        signer.writeKeyring(dir);
    }

    @Test
    void theSignedTextIsHandedOut() throws Exception {
        assertThat(verified(signer.sign(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void linesMayComeWithCarriageReturnsAndTrailingBlanks() throws Exception {
        String signed = signer.sign(TEXT).replace("trixie\n", "trixie \t\r\n");

        assertThat(verified(signed)).isEqualTo(TEXT);
    }

    @Test
    void dashEscapesAreRemoved() throws Exception {
        String text = "Suite: trixie\n-----BEGIN X-----\n";
        String signed = signer.sign(text).replace("\n-----BEGIN X", "\n- -----BEGIN X");

        assertThat(verified(signed)).isEqualTo(text);
    }

    @Test
    void aChangedTextIsRefused() {
        refuses(
                s -> s.replace("trixie", "buster"),
                "does not verify; the mirror serves a changed index");
    }

    @Test
    void textBeforeTheMessageIsRefused() {
        refuses(s -> "Suite: evil\n" + s, "is not a clear-signed message");
    }

    @Test
    void anUnsignedMessageIsRefused() {
        refuses(_ -> TEXT, "is not a clear-signed message");
    }

    @Test
    void textAfterTheSignatureIsNotHandedOut() throws Exception {
        assertThat(verified(signer.sign(TEXT) + "Suite: evil\n")).isEqualTo(TEXT);
    }

    @Test
    void aKeyOutsideOfTheKeyringIsRefused() throws Exception {
        String signed = new ArchiveSigner(MADE).sign(TEXT);

        assertThatThrownBy(() -> verified(signed))
                .hasMessageContaining("is signed by none of the archive keys, but by [")
                .hasMessageContaining("install a newer debian-archive-keyring");
    }

    @Test
    void aSignatureOverSha1IsRefused() throws Exception {
        String signed = signer.sign(TEXT, HashAlgorithmTags.SHA1);

        assertThatThrownBy(() -> verified(signed)).hasMessageContaining("does not verify");
    }

    @Test
    void aDirectoryWithoutKeyringsSaysWhatToInstall() {
        assertThatThrownBy(() -> ArchiveKeys.debian(dir.resolve("none")))
                .hasMessageEndingWith("install the package debian-archive-keyring");
    }

    private void refuses(UnaryOperator<String> change, String message) {
        assertThatThrownBy(() -> verified(change.apply(signer.sign(TEXT))))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining(message);
    }

    private String verified(String message) throws Exception {
        return new ClearSignature(ArchiveKeys.of(ArchiveKeys.debian(dir)))
                .verified(message.getBytes(StandardCharsets.UTF_8), "InRelease of trixie");
    }
}
