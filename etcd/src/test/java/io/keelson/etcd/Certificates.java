package io.keelson.etcd;

import io.keelson.host.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An authority, a server certificate for the loopback address and a client certificate. */
record Certificates(Path directory) {
    static Certificates make(Path directory) throws IOException, InterruptedException {
        var made = new Certificates(directory);
        made.openssl(
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
                "/CN=test authority",
                "-keyout",
                "ca.key",
                "-out",
                "ca.crt");
        made.issue("server", "subjectAltName=IP:127.0.0.1");
        made.issue("client", "keyUsage=digitalSignature");
        return made;
    }

    TlsFiles withClientKey() {
        return new TlsFiles(
                Optional.of(file("ca.crt")),
                Optional.of(new TlsFiles.ClientIdentity(file("client.crt"), file("client.key"))));
    }

    TlsFiles withoutClientKey() {
        return new TlsFiles(Optional.of(file("ca.crt")), Optional.empty());
    }

    List<String> serverOptions() {
        return List.of(
                "--trusted-ca-file=" + file("ca.crt"),
                "--cert-file=" + file("server.crt"),
                "--key-file=" + file("server.key"),
                "--client-cert-auth");
    }

    private void issue(String name, String extension) throws IOException, InterruptedException {
        Files.writeString(file(name + ".ext"), extension + "\n");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".crt");
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        var argv = new ArrayList<>(List.of("/usr/bin/openssl"));
        for (String each : arguments) {
            boolean isFile = each.matches("[a-z]+\\.[a-z]{3}");
            argv.add(isFile ? file(each).toString() : each);
        }
        Command.run(argv, Duration.ofSeconds(30)).orThrow("openssl");
    }

    Path file(String name) {
        return directory.resolve(name);
    }
}
