package io.keelson.image.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;

final class SigningKeysTest {
    private static final String TIME = "2026-01-01 00:00:00";

    @TempDir static Path keys;
    @TempDir Path dir;

    @BeforeAll
    static void generate() throws Exception {
        SigningKeys.generate(keys, new SecureRandom());
    }

    @Test
    void privateKeysAreReadableByTheirOwnerOnly() throws Exception {
        for (String name : new String[] {"PK.key", "KEK.key", "db.key", "update.key.pem"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(keys.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(SigningKeys.complete(keys)).isTrue();
    }

    @Test
    void keysAreNeverOverwritten() {
        assertThatThrownBy(() -> SigningKeys.generate(keys, new SecureRandom()))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("keys are never overwritten; choose another directory");
    }

    @Test
    void opensslReadsTheUpdateKeyAndItsPublicHalf() throws Exception {
        String bits =
                OracleTool.run(
                        "openssl", "pkey", "-in", keys + "/update.key.pem", "-noout", "-text");
        assertThat(bits).contains("4096 bit");
        assertThat(OracleTool.run("openssl", "pkey", "-in", keys + "/update.key.pem", "-pubout"))
                .isEqualTo(Files.readString(keys.resolve("update.pub.pem")));
    }

    @ParameterizedTest
    @CsvSource({"PK, PK", "KEK, PK", "db, KEK"})
    void variablesAreSignedOverTheBytesThatEfitoolsWouldSign(String name, String signedBy)
            throws Exception {
        Path list = dir.resolve("list.esl");
        Path bundle = dir.resolve("bundle");
        OracleTool.run(
                "cert-to-efi-sig-list",
                "-g",
                UefiGuid.OWNER.toString(),
                keys.resolve(name + ".crt").toString(),
                list.toString());
        OracleTool.run(
                "sign-efi-sig-list", "-o", "-t", TIME, name, list.toString(), bundle.toString());

        byte[] auth = Files.readAllBytes(keys.resolve(name + ".auth"));

        int certificateBytes = ByteBuffer.wrap(auth).order(ByteOrder.LITTLE_ENDIAN).getInt(16);
        assertThat(Arrays.copyOfRange(auth, 16 + certificateBytes, auth.length))
                .isEqualTo(Files.readAllBytes(list));
        Signature check = Signature.getInstance("SHA256withRSA");
        check.initVerify(Signer.read(keys, signedBy).certificate());
        check.update(Files.readAllBytes(bundle));
        assertThat(check.verify(signatureOf(Arrays.copyOfRange(auth, 40, 16 + certificateBytes))))
                .isTrue();
    }

    private static byte[] signatureOf(byte[] signedData) {
        ASN1Set signers = (ASN1Set) ASN1Sequence.getInstance(signedData).getObjectAt(4);
        ASN1Sequence signer = (ASN1Sequence) signers.getObjectAt(0);
        return ((ASN1OctetString) signer.getObjectAt(4)).getOctets();
    }
}
