package io.keelson.image.sign;

import static io.keelson.image.sign.SignedData.attribute;
import static io.keelson.image.sign.SignedData.sequence;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * The PKCS#7 signature of a PE file that UEFI Secure Boot checks (Microsoft, "Windows Authenticode
 * Portable Executable Signature Format"). Without a signing time, so the same file and key give the
 * same bytes.
 */
public final class Authenticode {
    private static final ASN1ObjectIdentifier SPC_INDIRECT_DATA =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.4");
    private static final ASN1ObjectIdentifier SPC_PE_IMAGE_DATA =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.15");

    private Authenticode() {}

    /**
     * Signs a file by its Authenticode hash.
     *
     * @param hash SHA-256 over the parts of the file that Authenticode covers
     * @return DER of the ContentInfo, to be put in the file's certificate table
     */
    public static byte[] sign(byte[] hash, Signer signer) throws IOException {
        DERSequence indirectData = indirectData(hash);
        DERSet attributes =
                new DERSet(
                        new ASN1Encodable[] {
                            attribute(
                                    PKCSObjectIdentifiers.pkcs_9_at_contentType, SPC_INDIRECT_DATA),
                            attribute(
                                    PKCSObjectIdentifiers.pkcs_9_at_messageDigest,
                                    new DEROctetString(digestOfValue(indirectData)))
                        });
        try {
            byte[] signature = signer.sign(attributes.getEncoded(ASN1Encoding.DER));
            DERSequence content =
                    sequence(SPC_INDIRECT_DATA, new DERTaggedObject(true, 0, indirectData));
            DERSequence signedData =
                    SignedData.of(content, attributes, signature, signer.certificate());
            return sequence(
                            PKCSObjectIdentifiers.signedData,
                            new DERTaggedObject(true, 0, signedData))
                    .getEncoded(ASN1Encoding.DER);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign with the Secure Boot key: " + e.getMessage(), e);
        }
    }

    private static DERSequence indirectData(byte[] hash) {
        DERTaggedObject emptyFileName =
                new DERTaggedObject(
                        true,
                        0,
                        new DERTaggedObject(
                                true, 2, new DERTaggedObject(false, 0, new DERBMPString(""))));
        return sequence(
                sequence(SPC_PE_IMAGE_DATA, sequence(new DERBitString(new byte[0]), emptyFileName)),
                sequence(SignedData.sha256(), new DEROctetString(hash)));
    }

    /** The digest leaves out tag and length of the outer sequence (Authenticode, "Content"). */
    private static byte[] digestOfValue(DERSequence content) throws IOException {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (ASN1Encodable member : content) {
            value.writeBytes(member.toASN1Primitive().getEncoded(ASN1Encoding.DER));
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
