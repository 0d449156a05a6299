package io.keelson.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.engine.config.LockSettings;
import io.keelson.engine.config.LockSettings.Identity;
import io.keelson.engine.config.LockSettings.Tls;
import io.keelson.engine.config.LockSettings.User;
import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.RefusalKind;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Certificates, tokens and passwords as the settings name them, against servers that ask. */
class LockConnectionTest {
    private static final NodeIdentity HOST = new NodeIdentity("host-a", "boot-1", "1.0.0");

    @TempDir Path directory;
    private TestAuthority authority;

    @BeforeEach
    void issue() throws Exception {
        authority = TestAuthority.make(directory.resolve("tls"));
        authority.issue("server", "subjectAltName=IP:127.0.0.1");
        authority.issue("host-a", "keyUsage=digitalSignature");
        authority.issue("nameless", "O", "keyUsage=digitalSignature");
    }

    @Test
    void aCoordinatorBelievesATokenOrACertificateAndNothingElse() throws Exception {
        Path tokens =
                Files.writeString(
                        directory.resolve("tokens"), "the-token-of-host-a-1 node host-a\n");
        Files.writeString(directory.resolve("good.token"), "the-token-of-host-a-1\n");
        Files.writeString(directory.resolve("bad.token"), "somebody-elses-token\n");
        try (var coordinator =
                RealCoordinator.start(
                        directory,
                        "--tls-cert",
                        authority.file("server.crt").toString(),
                        "--tls-key",
                        authority.file("server.key").toString(),
                        "--client-ca",
                        authority.file("ca.crt").toString(),
                        "--tokens",
                        tokens.toString(),
                        "--no-local-trust")) {
            URI address = coordinator.address();

            assertThat(ask(address, believing(), Optional.of("good.token")))
                    .isInstanceOf(LockAnswer.Granted.class);
            assertThat(ask(address, showing("host-a"), Optional.empty()))
                    .isInstanceOf(LockAnswer.Granted.class);
            for (Optional<String> token :
                    List.of(Optional.<String>empty(), Optional.of("bad.token"))) {
                assertThat(ask(address, believing(), token))
                        .isEqualTo(
                                new LockAnswer.Refused(
                                        RefusalKind.INVALID_CLIENT_IDENTITY,
                                        "neither a certificate nor a token of the caller proves that it is host-a"));
            }
            assertThat(
                            ask(
                                    address,
                                    new Tls(Optional.empty(), Optional.empty()),
                                    Optional.of("good.token")))
                    .isInstanceOfSatisfying(
                            LockAnswer.Unavailable.class,
                            strange -> assertThat(strange.reason()).contains("PKIX"));
        }
    }

    @Test
    void etcdIsReachedWithACertificateAndAUser() throws Exception {
        URI endpoint = URI.create("https://127.0.0.1:" + freePort());
        Files.writeString(directory.resolve("password"), "correct horse\n");
        Files.writeString(directory.resolve("wrong"), "battery staple\n");
        try (ChildProcess etcd = startEtcd(endpoint)) {
            etcdctl(endpoint, "user", "add", "root:root");
            etcdctl(endpoint, "user", "grant-role", "root", "root");
            etcdctl(endpoint, "role", "add", "reboot");
            etcdctl(
                    endpoint,
                    "role",
                    "grant-permission",
                    "--prefix=true",
                    "reboot",
                    "readwrite",
                    "/keelson/");
            etcdctl(endpoint, "user", "add", "hosts:correct horse");
            etcdctl(endpoint, "user", "grant-role", "hosts", "reboot");
            etcdctl(endpoint, "auth", "enable");

            assertThat(askEtcd(endpoint, "nameless", "password"))
                    .isInstanceOf(LockAnswer.Granted.class);
            assertThat(askEtcd(endpoint, "nameless", "wrong").toString())
                    .contains("authentication failed");
            assertThat(askEtcd(endpoint, "host-a", "password").toString())
                    .contains(
                            "takes no client certificate with a common name: show it one without");
            assertThat(etcd.isAlive()).isTrue();
        }
    }

    @Test
    void aFileThatIsNotThereIsNamedWithItsKey() {
        assertThatThrownBy(() -> ask(URI.create("https://c:1"), believing(), Optional.of("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("COORDINATOR_TOKEN_FILE=none", "NoSuchFile");
        assertThatThrownBy(() ->
                        ask(
                                URI.create("https://c:1"),
                                new Tls(Optional.of(Path.of("none.pem")), Optional.empty()),
                                Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("LOCK_CA_FILE, LOCK_CERT_FILE or LOCK_KEY_FILE: ");
    }

    private Tls believing() {
        return new Tls(Optional.of(authority.file("ca.crt")), Optional.empty());
    }

    private Tls showing(String name) {
        return new Tls(
                Optional.of(authority.file("ca.crt")),
                Optional.of(
                        new Identity(
                                authority.file(name + ".crt"), authority.file(name + ".key"))));
    }

    private LockAnswer ask(URI address, Tls tls, Optional<String> token) throws IOException {
        return open(new LockSettings.Coordinators(List.of(address), tls, token.map(Path::of)))
                .request("1.0.0");
    }

    private LockAnswer askEtcd(URI endpoint, String certificate, String password)
            throws IOException {
        var user =
                Optional.of(new User("hosts", new LockSettings.Password.InFile(Path.of(password))));
        return open(new LockSettings.Etcd(List.of(endpoint), showing(certificate), user))
                .request("1.0.0");
    }

    private RebootSlots open(LockSettings settings) throws IOException {
        return new LockConnection(new OkHttpClient(), directory::resolve)
                .open(settings, "default", HOST);
    }

    private ChildProcess startEtcd(URI endpoint) throws IOException {
        String peer = "http://127.0.0.1:" + freePort();
        ChildProcess etcd =
                Command.start(
                        List.of(
                                "/usr/bin/etcd",
                                "--name=one",
                                "--data-dir=" + directory.resolve("etcd"),
                                "--listen-client-urls=" + endpoint,
                                "--advertise-client-urls=" + endpoint,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=one=" + peer,
                                "--client-cert-auth",
                                "--trusted-ca-file=" + authority.file("ca.crt"),
                                "--cert-file=" + authority.file("server.crt"),
                                "--key-file=" + authority.file("server.key")),
                        directory.resolve("etcd.log"),
                        Map.of());
        var settings =
                new LockSettings.Etcd(List.of(endpoint), showing("host-a"), Optional.empty());
        while (etcd.isAlive() && open(settings).request("") instanceof LockAnswer.Unavailable) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        return etcd;
    }

    private void etcdctl(URI endpoint, String... arguments)
            throws IOException, InterruptedException {
        var argv =
                new ArrayList<>(
                        List.of(
                                "/usr/bin/etcdctl",
                                "--endpoints=" + endpoint,
                                "--cacert=" + authority.file("ca.crt"),
                                "--cert=" + authority.file("host-a.crt"),
                                "--key=" + authority.file("host-a.key")));
        argv.addAll(List.of(arguments));
        Command.run(argv, Duration.ofSeconds(30), Map.of("ETCDCTL_API", "3")).orThrow("etcdctl");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
