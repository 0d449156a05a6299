package io.keelson.etcd;

import okhttp3.OkHttpClient;

import okio.ByteString;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificates of a TLS connection, all PEM files: for clients of etcd, of a coordinator and of
 * whatever else speaks TLS.
 *
 * @param authority alone vouches for the other end; empty to believe the authorities of the system
 * @param client what this end shows of itself; empty to show nothing
 */
public record TlsFiles(Optional<Path> authority, Optional<ClientIdentity> client) {
    static final int FILE_BYTES_MAX = 1 << 20;
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final char[] NO_PASSWORD = {};
    private static final List<String> KEY_KINDS = List.of("EC", "RSA", "EdDSA");

    /**
     * What this end shows.
     *
     * @param certificate its certificate first, then those between it and the authority
     * @param key unencrypted PKCS #8
     */
    public record ClientIdentity(Path certificate, Path key) {}

    /** Makes a client that speaks TLS this way. */
    public OkHttpClient applyTo(OkHttpClient http) throws IOException {
        try {
            X509TrustManager trust = trust();
            return http.newBuilder()
                    .sslSocketFactory(context(trust).getSocketFactory(), trust)
                    .build();
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** The same certificates for another end of a connection, such as a server's. */
    public SSLContext context() throws IOException {
        try {
            return context(trust());
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private IOException unusable(GeneralSecurityException e) {
        String files =
                Stream.concat(
                                authority.stream(),
                                client.stream()
                                        .flatMap(own -> Stream.of(own.certificate(), own.key())))
                        .map(Path::toString)
                        .collect(Collectors.joining(", "));
        return new IOException("TLS cannot be set up from " + files + ": " + e.getMessage(), e);
    }

    private SSLContext context(X509TrustManager trust)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(), new X509TrustManager[] {trust}, null);
        return context;
    }

    private X509TrustManager trust() throws IOException, GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authority.isPresent() ? authorities(authority.get()) : null);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        for (Certificate each : certificates(file)) {
            store.setCertificateEntry("authority-" + store.size(), each);
        }
        return store;
    }

    private KeyManager[] keys() throws IOException, GeneralSecurityException {
        if (client.isEmpty()) {
            return new KeyManager[0];
        }
        ClientIdentity identity = client.get();
        KeyStore store = empty();
        store.setKeyEntry(
                "client",
                key(identity.key()),
                NO_PASSWORD,
                certificates(identity.certificate()).toArray(Certificate[]::new));
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream pem = new ByteArrayInputStream(bytes(file))) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate in PEM");
            }
            return found;
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String pem = new String(bytes(file), StandardCharsets.US_ASCII);
        int begin = pem.indexOf(KEY_BEGIN);
        int end = pem.indexOf("-----END PRIVATE KEY-----");
        ByteString der =
                begin < 0 || end < begin
                        ? null
                        : ByteString.decodeBase64(pem.substring(begin + KEY_BEGIN.length(), end));
        if (der == null) {
            throw new IOException(
                    file
                            + " holds no unencrypted PKCS #8 key; convert it with"
                            + " 'openssl pkcs8 -topk8 -nocrypt'");
        }
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind)
                        .generatePrivate(new PKCS8EncodedKeySpec(der.toByteArray()));
            } catch (GeneralSecurityException _) {
                // Another kind may fit.
            }
        }
        throw new IOException(file + " holds a key of none of the kinds " + KEY_KINDS);
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new IOException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }
}
