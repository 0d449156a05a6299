package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.EtcdResult.Refusal;
import io.keelson.etcd.EtcdResult.Refused;

import okhttp3.OkHttpClient;

import okio.ByteString;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Certificates and logins against a real etcd that asks for them. */
class EtcdSecurityTest {
    private static final EtcdUser HOST = new EtcdUser("host", "correct horse");

    @TempDir Path directory;
    private final List<EtcdServer> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(EtcdServer::close);
    }

    @Test
    void aClientWithACertificateOfTheAuthorityIsServed() throws Exception {
        var server = EtcdServer.withTls(directory, Certificates.make(directory));
        started.add(server);

        assertThat(put(server.client())).isInstanceOf(Known.class);
        assertThat(server.client().health())
                .isInstanceOfSatisfying(
                        Known.class,
                        known ->
                                assertThat(((Member.ClusterHealth) known.value()).healthyVoters())
                                        .isEqualTo(1));
    }

    @Test
    void withoutItsCertificateAWriteIsCertainlyNotDone() throws Exception {
        var certificates = Certificates.make(directory);
        var server = EtcdServer.withTls(directory, certificates);
        started.add(server);

        var result =
                put(client(server, certificates.withoutClientKey().applyTo(new OkHttpClient())));

        // TLS 1.3 lets a client finish its handshake before the server has judged it.
        assertThat(result).isNotInstanceOf(Known.class);
        assertThat(server.etcdctl(tlsOptions(certificates, "get", "secure")).strip()).isEmpty();
    }

    @Test
    void anEtcdOfAnotherAuthorityGetsNoRequest() throws Exception {
        var server = EtcdServer.withTls(directory, Certificates.make(directory));
        started.add(server);
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        var stranger = Certificates.make(elsewhere).withClientKey();

        assertThat(put(client(server, stranger.applyTo(new OkHttpClient()))))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.refusal()).isEqualTo(Refusal.UNREACHABLE);
                            assertThat(refused.reason()).contains("does not chain");
                        });
    }

    @Test
    void aKeyFileThatHoldsNoKeyIsNamed() throws IOException, InterruptedException {
        var certificates = Certificates.make(directory);
        var odd =
                new TlsFiles(
                        Optional.of(certificates.file("ca.crt")),
                        Optional.of(
                                new TlsFiles.ClientIdentity(
                                        certificates.file("client.crt"),
                                        certificates.file("client.crt"))));

        assertThatThrownBy(() -> odd.applyTo(new OkHttpClient()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("client.crt", "holds no unencrypted PKCS #8 key");
    }

    @Test
    void anAuthorityFileWithoutACertificateIsNamed() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        assertThatThrownBy(() ->
                        new TlsFiles(Optional.of(empty), Optional.empty())
                                .applyTo(new OkHttpClient()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("empty.pem holds no certificate");
    }

    @Test
    void aUserDoesWhatItsRoleAllows() throws Exception {
        var server = startWithUsers();
        var host = server.client(Optional.of(HOST));

        assertThat(host.put("reboot/default", text("x"))).isInstanceOf(Known.class);
        assertThat(refusal(host.put("other", text("x")))).isEqualTo(Refusal.DENIED);
    }

    @Test
    void noLoginAndAWrongPasswordAreRefused() throws Exception {
        var server = startWithUsers();

        var nobody = server.client().put("reboot/default", text("x"));
        var wrong =
                server.client(Optional.of(new EtcdUser("host", "wrong")))
                        .put("reboot/default", text("x"));

        assertThat(refusal(nobody)).isEqualTo(Refusal.UNAUTHENTICATED);
        assertThat(refusal(wrong)).isEqualTo(Refusal.UNAUTHENTICATED);
        assertThat(wrong.toString()).doesNotContain("wrong\"");
    }

    @Test
    void aLoginThatEtcdForgotIsRenewedBeforeTheNextWrite() throws Exception {
        var server = startWithUsers();
        var host = server.client(Optional.of(HOST));
        assertThat(host.put("reboot/default", text("1"))).isInstanceOf(Known.class);

        // Tokens of this kind live in the member's memory.
        server.restart();
        assertThat(host.range(Range.ofKey("reboot/default"))).isInstanceOf(Known.class);
        server.etcdctl("--user=root:secret", "auth", "disable");
        server.etcdctl("auth", "enable");

        assertThat(host.put("reboot/default", text("2"))).isInstanceOf(Known.class);
        assertThat(host.range(Range.ofKey("reboot/default")))
                .isInstanceOfSatisfying(
                        Known.class,
                        known ->
                                assertThat(((Range.Answer) known.value()).values())
                                        .extracting(KeyValue::text, KeyValue::version)
                                        .containsExactly(tuple("2", 2L)));
    }

    @Test
    void aFollowerLogsInAgainAfterARestart() throws Exception {
        var server = startWithUsers();
        var host = server.client(Optional.of(HOST));
        var seen = known(host.range(Range.ofPrefix("reboot/"))).header();
        try (var follow = host.follow(Range.ofPrefix("reboot/"), seen, Duration.ofMinutes(1))) {
            known(host.put("reboot/a", text("1")));
            assertThat(FollowTest.changes(follow, 1)).containsExactly("reboot/a=1");

            server.restart();
            known(server.client(Optional.of(HOST)).put("reboot/a", text("2")));

            assertThat(FollowTest.changes(follow, 1)).containsExactly("reboot/a=2");
        }
    }

    @Test
    void aLoginIsRefusedWhereEtcdAsksForNone() throws Exception {
        var server = new EtcdServer(directory);
        started.add(server);

        assertThat(server.client(Optional.of(HOST)).put("reboot/default", text("x")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .contains("authentication is not enabled"));
    }

    private EtcdServer startWithUsers() throws IOException, InterruptedException {
        var server = new EtcdServer(directory);
        started.add(server);
        server.etcdctl("role", "add", "hosts");
        server.etcdctl(
                "role", "grant-permission", "hosts", "readwrite", "reboot/", "--prefix=true");
        server.etcdctl("user", "add", "root:secret");
        server.etcdctl("user", "grant-role", "root", "root");
        server.etcdctl("user", "add", HOST.name() + ":" + HOST.password());
        server.etcdctl("user", "grant-role", "host", "hosts");
        server.etcdctl("auth", "enable");
        return server;
    }

    private static String[] tlsOptions(Certificates files, String... command) {
        var argv = new ArrayList<String>();
        argv.add("--cacert=" + files.file("ca.crt"));
        argv.add("--cert=" + files.file("client.crt"));
        argv.add("--key=" + files.file("client.key"));
        argv.addAll(List.of(command));
        return argv.toArray(String[]::new);
    }

    private static EtcdClient client(EtcdServer server, OkHttpClient http) {
        return new EtcdClient(List.of(server.endpoint()), http, Duration.ofSeconds(5));
    }

    private static EtcdResult<ResponseHeader> put(EtcdClient client) {
        return client.put("secure", text("x"));
    }

    private static Refusal refusal(EtcdResult<?> result) {
        assertThat(result).isInstanceOf(Refused.class);
        return ((Refused<?>) result).refusal();
    }

    private static ByteString text(String text) {
        return ByteString.encodeUtf8(text);
    }

    private static <T> T known(EtcdResult<T> result) {
        assertThat(result).isInstanceOf(Known.class);
        return ((Known<T>) result).value();
    }
}
