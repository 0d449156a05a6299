package io.keelson.payload.generate;

import io.keelson.payload.manifest.PayloadSignature;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.List;

/** Makes {@code Signatures} messages whose size is known before anything is signed. */
final class SigningKeys {
    /** Largest DER form of a P-256 signature. */
    private static final int ECDSA_BYTES_MAX = 72;

    private final List<PrivateKey> keys;

    SigningKeys(List<PrivateKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a payload needs at least one signing key");
        }
        this.keys = List.copyOf(keys);
        this.keys.forEach(SigningKeys::signatureBytes);
    }

    /** Size of every message these keys make. */
    int messageBytes() {
        List<byte[]> empty = keys.stream().map(key -> new byte[0]).toList();
        return PayloadSignature.format(empty, fieldBytes()).length;
    }

    InProgress begin() throws IOException {
        try {
            List<Signature> signatures = new ArrayList<>();
            for (PrivateKey key : keys) {
                Signature signature = Signature.getInstance(algorithm(key));
                signature.initSign(key);
                signatures.add(signature);
            }
            return new InProgress(signatures);
        } catch (GeneralSecurityException e) {
            throw new IOException("the signing key cannot be used: " + e.getMessage(), e);
        }
    }

    private List<Integer> fieldBytes() {
        return keys.stream().map(SigningKeys::signatureBytes).toList();
    }

    static String algorithm(PrivateKey key) {
        return key instanceof RSAPrivateKey ? "SHA256withRSA" : "SHA256withECDSA";
    }

    private static int signatureBytes(PrivateKey key) {
        return switch (key) {
            case RSAPrivateKey rsa -> rsa.getModulus().bitLength() / Byte.SIZE;
            case ECPrivateKey _ -> ECDSA_BYTES_MAX;
            default ->
                    throw new IllegalArgumentException(
                            "a signing key must be RSA or EC, not " + key.getAlgorithm());
        };
    }

    /** Signatures over the bytes that pass. */
    final class InProgress {
        private final List<Signature> signatures;

        private InProgress(List<Signature> signatures) {
            this.signatures = signatures;
        }

        void update(byte[] bytes, int length) throws IOException {
            try {
                for (Signature signature : signatures) {
                    signature.update(bytes, 0, length);
                }
            } catch (GeneralSecurityException e) {
                throw new IOException("signing failed: " + e.getMessage(), e);
            }
        }

        byte[] message() throws IOException {
            try {
                List<byte[]> signed = new ArrayList<>();
                for (Signature signature : signatures) {
                    signed.add(signature.sign());
                }
                return PayloadSignature.format(signed, fieldBytes());
            } catch (GeneralSecurityException e) {
                throw new IOException("signing failed: " + e.getMessage(), e);
            }
        }
    }
}
