package io.keelson.payload;

import io.keelson.payload.manifest.Sha256;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The kinds of public key update_engine accepts: RSA of 2048 or 4096 bits, and EC on P-256. */
final class SignatureKey {
    private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String PEM_END = "-----END PUBLIC KEY-----";

    /** DigestInfo of SHA-256 up to the digest itself, RFC 8017 section 9.2, note 1. */
    private static final byte[] DIGEST_INFO =
            HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private SignatureKey() {}

    /**
     * @throws IllegalArgumentException when the text is not one public key of an accepted kind
     */
    static PublicKey fromPem(String text) {
        int begin = text.indexOf(PEM_BEGIN);
        int end = text.indexOf(PEM_END);
        if (begin < 0 || end < begin || text.indexOf(PEM_BEGIN, end) >= 0) {
            throw new IllegalArgumentException(
                    "it does not hold exactly one \"" + PEM_BEGIN + "\" block");
        }
        String base64 = text.substring(begin + PEM_BEGIN.length(), end);
        X509EncodedKeySpec spec =
                new X509EncodedKeySpec(Base64.getDecoder().decode(base64.replaceAll("\\s", "")));
        for (String algorithm : new String[] {"RSA", "EC"}) {
            try {
                PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(spec);
                requireAccepted(key);
                return key;
            } catch (InvalidKeySpecException _) {
                // Not a key of this algorithm: the next one is tried, and none is an error below.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java runtime has no " + algorithm, e);
            }
        }
        throw new IllegalArgumentException("it is neither an RSA nor an EC public key");
    }

    static void requireAccepted(PublicKey key) {
        boolean accepted =
                switch (key) {
                    case RSAPublicKey rsa ->
                            (rsa.getModulus().bitLength() == 2048
                                            || rsa.getModulus().bitLength() == 4096)
                                    && rsa.getPublicExponent().compareTo(BigInteger.TWO) > 0;
                    case ECPublicKey ec -> ec.getParams().getOrder().equals(P256_ORDER);
                    default -> false;
                };
        if (!accepted) {
            throw new IllegalArgumentException(
                    "an update key must be RSA of 2048 or 4096 bits or EC on P-256, not "
                            + key.getAlgorithm());
        }
    }

    static String fingerprint(PublicKey key) {
        return HexFormat.of().formatHex(Sha256.digest(key.getEncoded()));
    }

    static boolean verifies(PublicKey key, byte[] sha256, byte[] signature) {
        return switch (key) {
            case RSAPublicKey rsa -> verifiesRsa(rsa, sha256, signature);
            case ECPublicKey ec -> verifiesEcdsa(ec, sha256, signature);
            default -> false;
        };
    }

    // The expected encoding is built and compared whole, as RFC 8017 section 8.2.2 advises: nothing
    // of what the signature decrypts to is ever parsed.
    private static boolean verifiesRsa(RSAPublicKey key, byte[] sha256, byte[] signature) {
        int length = key.getModulus().bitLength() / Byte.SIZE;
        BigInteger value = new BigInteger(1, signature);
        if (signature.length != length || value.compareTo(key.getModulus()) >= 0) {
            return false;
        }
        byte[] expected = new byte[length];
        Arrays.fill(expected, (byte) 0xFF);
        expected[0] = 0;
        expected[1] = 1;
        int info = length - DIGEST_INFO.length - sha256.length;
        expected[info - 1] = 0;
        System.arraycopy(DIGEST_INFO, 0, expected, info, DIGEST_INFO.length);
        System.arraycopy(sha256, 0, expected, length - sha256.length, sha256.length);
        BigInteger decrypted = value.modPow(key.getPublicExponent(), key.getModulus());
        return decrypted.equals(new BigInteger(1, expected));
    }

    private static boolean verifiesEcdsa(ECPublicKey key, byte[] sha256, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("NONEwithECDSA");
            verifier.initVerify(key);
            verifier.update(sha256);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            // Also how the JDK reports a signature that is not DER.
            return false;
        }
    }
}
