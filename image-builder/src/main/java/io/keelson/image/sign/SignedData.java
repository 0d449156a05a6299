package io.keelson.image.sign;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * PKCS#7 SignedData version 1 (RFC 2315, section 9) with one SHA-256 RSA signer and its
 * certificate. Put together by hand because firmware wants an exact shape and because there must be
 * no signing time in it.
 */
final class SignedData {
    private static final AlgorithmIdentifier SHA256 =
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
    private static final AlgorithmIdentifier RSA =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);

    private SignedData() {}

    static AlgorithmIdentifier sha256() {
        return SHA256;
    }

    /**
     * @param attributes the signed attributes, or an empty set if the signature is over the content
     */
    static DERSequence of(
            ASN1Encodable contentInfo, DERSet attributes, byte[] signature, X509Certificate signer)
            throws IOException {
        Certificate certificate = parse(signer);
        X500Name issuer = certificate.getIssuer();
        ASN1EncodableVector info = new ASN1EncodableVector();
        info.add(new ASN1Integer(1));
        info.add(new IssuerAndSerialNumber(issuer, signer.getSerialNumber()));
        info.add(SHA256);
        if (attributes.size() > 0) {
            info.add(new DERTaggedObject(false, 0, attributes));
        }
        info.add(RSA);
        info.add(new DEROctetString(signature));
        return sequence(
                new ASN1Integer(1),
                new DERSet(SHA256),
                contentInfo,
                new DERTaggedObject(false, 0, new DERSet(certificate)),
                new DERSet(new DERSequence(info)));
    }

    static DERSequence attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return sequence(type, new DERSet(value));
    }

    static DERSequence sequence(ASN1Encodable... members) {
        return new DERSequence(members);
    }

    private static Certificate parse(X509Certificate certificate) throws IOException {
        try {
            return Certificate.getInstance(ASN1Primitive.fromByteArray(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IOException("cannot encode " + certificate.getSubjectX500Principal(), e);
        }
    }
}
