package io.keelson.image.sign;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Text encoding of keys and certificates (RFC 7468). */
public final class Pem {
    private static final int FILE_BYTES_MAX = 64 * 1024;
    private static final int LINE_CHARS = 64;
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    /** Reads an unencrypted RSA key in PKCS#8. */
    public static PrivateKey readPrivateKey(Path file) throws IOException {
        byte[] der = decode(file, PRIVATE_KEY);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no RSA private key in PKCS#8", e);
        }
    }

    static X509Certificate readCertificate(Path file) throws IOException {
        byte[] der = decode(file, "CERTIFICATE");
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no X.509 certificate", e);
        }
    }

    static byte[] privateKey(PrivateKey key) {
        return encode(PRIVATE_KEY, key.getEncoded());
    }

    static byte[] encode(String label, byte[] der) {
        Base64.Encoder encoder =
                Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII));
        String body = encoder.encodeToString(der);
        String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] decode(Path file, String label) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(
                    "there is no key %s: make keys with 'keelson keys generate --dir %s'"
                            .formatted(file, file.getParent()));
        }
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new IOException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        String begin = "-----BEGIN " + label + "-----";
        int start = text.indexOf(begin);
        int end = text.indexOf("-----END " + label + "-----");
        if (start < 0 || end < start) {
            throw new IOException(file + " has no PEM block \"" + label + "\"");
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no valid PEM: " + e.getMessage(), e);
        }
    }
}
