package io.keelson.image.sign;

import static io.keelson.image.sign.SignedData.sequence;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.UUID;

/**
 * The content of a {@code .auth} file: one X.509 certificate for a key database of the firmware,
 * signed so that the firmware takes it (UEFI specification, section 8.2.2,
 * EFI_VARIABLE_AUTHENTICATION_2, and section 32.4.1, EFI_SIGNATURE_LIST).
 */
final class AuthenticatedVariable {
    /** NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS, TIME_BASED_AUTHENTICATED_WRITE_ACCESS. */
    private static final int ATTRIBUTES = 0x27;

    private static final short TIMESTAMP_YEAR = 2026;
    private static final int EFI_TIME_BYTES = 16;
    private static final int CERTIFICATE_HEADER_BYTES = 8 + UefiGuid.BYTES;
    private static final short CERTIFICATE_REVISION = 0x0200;
    private static final short CERTIFICATE_TYPE_EFI_GUID = 0x0EF1;
    private static final int LIST_HEADER_BYTES = UefiGuid.BYTES + 12;

    private AuthenticatedVariable() {}

    /** The variable {@code name} with {@code certificate} as its only entry. */
    static byte[] encode(String name, UUID vendor, X509Certificate certificate, Signer signer)
            throws IOException {
        try {
            byte[] list = signatureList(certificate.getEncoded());
            byte[] time = timestamp();
            byte[] signature = signer.sign(signedBytes(name, vendor, time, list));
            byte[] pkcs7 =
                    SignedData.of(
                                    sequence(PKCSObjectIdentifiers.data),
                                    new DERSet(),
                                    signature,
                                    signer.certificate())
                            .getEncoded(ASN1Encoding.DER);
            int certificateBytes = CERTIFICATE_HEADER_BYTES + pkcs7.length;
            return littleEndian(time.length + certificateBytes + list.length)
                    .put(time)
                    .putInt(certificateBytes)
                    .putShort(CERTIFICATE_REVISION)
                    .putShort(CERTIFICATE_TYPE_EFI_GUID)
                    .put(UefiGuid.bytes(UefiGuid.CERT_TYPE_PKCS7))
                    .put(pkcs7)
                    .put(list)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign the variable " + name + ": " + e.getMessage(), e);
        }
    }

    static byte[] signatureList(byte[] certificate) {
        int entry = UefiGuid.BYTES + certificate.length;
        return littleEndian(LIST_HEADER_BYTES + entry)
                .put(UefiGuid.bytes(UefiGuid.CERT_X509))
                .putInt(LIST_HEADER_BYTES + entry)
                .putInt(0)
                .putInt(entry)
                .put(UefiGuid.bytes(UefiGuid.OWNER))
                .put(certificate)
                .array();
    }

    private static byte[] signedBytes(String name, UUID vendor, byte[] time, byte[] payload) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(name.getBytes(StandardCharsets.UTF_16LE));
        signed.writeBytes(UefiGuid.bytes(vendor));
        signed.writeBytes(littleEndian(Integer.BYTES).putInt(ATTRIBUTES).array());
        signed.writeBytes(time);
        signed.writeBytes(payload);
        return signed.toByteArray();
    }

    /** A fixed time: the firmware only asks that a later write is not older than an earlier one. */
    private static byte[] timestamp() {
        return littleEndian(EFI_TIME_BYTES)
                .putShort(TIMESTAMP_YEAR)
                .put((byte) 1)
                .put((byte) 1)
                .array();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
