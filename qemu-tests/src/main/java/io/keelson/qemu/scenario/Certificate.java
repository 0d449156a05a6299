package io.keelson.qemu.scenario;

import io.keelson.host.Command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server's certificate that is its own authority, as openssl makes it.
 *
 * @param pem what a client pins
 */
record Certificate(String pem, SSLContext context) {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final char[] PASSWORD = "keelson".toCharArray();

    /** Makes one for an address, with its files in a directory. */
    static Certificate of(String address, Path directory) throws IOException, InterruptedException {
        Path key = directory.resolve("tls.key");
        Path pem = directory.resolve("tls.pem");
        Path store = directory.resolve("tls.p12");
        Files.createDirectories(directory);
        Command.run(
                        List.of(
                                "openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=" + address,
                                "-addext",
                                "subjectAltName=IP:" + address,
                                "-keyout",
                                key.toString(),
                                "-out",
                                pem.toString()),
                        DEADLINE)
                .orThrow("making a certificate");
        Command.run(
                        List.of(
                                "openssl",
                                "pkcs12",
                                "-export",
                                "-in",
                                pem.toString(),
                                "-inkey",
                                key.toString(),
                                "-passout",
                                "pass:" + new String(PASSWORD),
                                "-out",
                                store.toString()),
                        DEADLINE)
                .orThrow("packing the certificate");
        return new Certificate(Files.readString(pem), context(store));
    }

    private static SSLContext context(Path store) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate just made cannot be used: " + e.getMessage(), e);
        }
    }
}
