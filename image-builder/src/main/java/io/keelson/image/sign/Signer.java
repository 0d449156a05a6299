package io.keelson.image.sign;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/**
 * A private key with its certificate. Signatures are RSA PKCS#1 v1.5 over SHA-256, which has no
 * randomness: the same input gives the same bytes.
 */
public record Signer(PrivateKey key, X509Certificate certificate) {
    /** Reads {@code name.key} and {@code name.crt}, as {@link SigningKeys} writes them. */
    public static Signer read(Path directory, String name) throws IOException {
        return new Signer(
                Pem.readPrivateKey(directory.resolve(name + ".key")),
                Pem.readCertificate(directory.resolve(name + ".crt")));
    }

    byte[] sign(byte[] data) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(data);
        return signature.sign();
    }
}
