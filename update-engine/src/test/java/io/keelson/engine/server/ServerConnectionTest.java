package io.keelson.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.keelson.disk.boot.Architecture;
import io.keelson.engine.config.ConnectionSettings;
import io.keelson.engine.config.UpdateConfig;
import io.keelson.etcd.TlsFiles;
import io.keelson.host.Command;
import io.keelson.omaha.RequestApp;

import okhttp3.OkHttpClient;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The settings of the way to the server, from the file to the wire. */
@Timeout(60)
class ServerConnectionTest {
    private static final byte[] NO_UPDATE =
            """
            <response protocol="3.0"><app appid="b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f" status="ok">\
            <updatecheck status="noupdate"/></app></response>\
            """
                    .getBytes(StandardCharsets.UTF_8);

    @TempDir Path directory;
    private final List<String> seen = new ArrayList<>();
    private @Nullable HttpServer http;

    @AfterEach
    void stop() {
        HttpServer started = http;
        if (started != null) {
            started.stop(0);
        }
    }

    @Test
    void serverOfAPinnedAuthorityIsBelievedAndSeesTheHostsCertificate() throws Exception {
        URI server = startTls(true);
        String pinned = "SERVER_CA_FILE=" + file("ca.crt") + "\n";
        String own =
                "SERVER_CERT_FILE=" + file("ca.crt") + "\nSERVER_KEY_FILE=" + file("ca.key") + "\n";

        assertThat(check(server, pinned + own)).isInstanceOf(CheckAnswer.NothingNew.class);
        assertThat(check(server, pinned)).isInstanceOf(CheckAnswer.Failed.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void serverOfAnUnknownAuthorityIsRefusedWithASentence() throws Exception {
        URI server = startTls(false);

        assertThat(check(server, ""))
                .isInstanceOfSatisfying(
                        CheckAnswer.Failed.class,
                        failed ->
                                assertThat(failed.reason())
                                        .startsWith("asking " + server + " failed: "));
        assertThat(seen).isEmpty();
    }

    @Test
    void proxyIsAskedWithItsPasswordUnlessTheHostIsExempt() throws Exception {
        URI proxy = startProxy();
        String setting = "PROXY=http://me:secret@127.0.0.1:" + proxy.getPort() + "\n";
        URI server = URI.create("http://updates.example/v1/update/");

        assertThat(check(server, setting)).isInstanceOf(CheckAnswer.NothingNew.class);
        assertThat(seen)
                .containsExactly("updates.example null", "updates.example Basic bWU6c2VjcmV0");

        assertThat(check(proxy, setting + "NO_PROXY=.0.0.1\n"))
                .isInstanceOf(CheckAnswer.Failed.class);
        assertThat(seen.getLast()).startsWith("127.0.0.1:");
    }

    @Test
    void socksProxyLooksTheServersNameUp() throws Exception {
        URI web = start(HttpServer.create(loopback(), 0), "http", 200);

        try (SocksProxy proxy = SocksProxy.start(web.getPort())) {
            CheckAnswer answer =
                    check(
                            URI.create("http://updates.example/v1/update/"),
                            "PROXY=socks5://127.0.0.1:" + proxy.port() + "\n");

            assertThat(answer).isInstanceOf(CheckAnswer.NothingNew.class);
            assertThat(proxy.asked()).containsExactly("updates.example:80");
        }
    }

    private CheckAnswer check(URI server, String settings) throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("update.conf"), "SERVER=" + server + "\n" + settings);
        ConnectionSettings connection = UpdateConfig.load(List.of(file)).connection();
        OkHttpClient client =
                ServerConnection.of(
                        new OkHttpClient(), server, connection, directory.resolve("none"));
        var identity =
                new HostIdentity(
                        "m", "b", "demo", Architecture.AMD64, "1", RequestApp.Abilities.NONE);
        return new OmahaServer(client, server, identity).check("1.0.0", false);
    }

    private URI startTls(boolean wantsCertificate) throws Exception {
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
                                "/CN=test",
                                "-addext",
                                "subjectAltName=IP:127.0.0.1",
                                "-keyout",
                                file("ca.key").toString(),
                                "-out",
                                file("ca.crt").toString()),
                        Duration.ofSeconds(30))
                .orThrow("making a certificate");
        SSLContext context =
                new TlsFiles(
                                Optional.of(file("ca.crt")),
                                Optional.of(
                                        new TlsFiles.ClientIdentity(
                                                file("ca.crt"), file("ca.key"))))
                        .context();
        HttpsServer https = HttpsServer.create(loopback(), 0);
        https.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters wanted = context.getDefaultSSLParameters();
                        wanted.setNeedClientAuth(wantsCertificate);
                        parameters.setSSLParameters(wanted);
                    }
                });
        return start(https, "https", 200);
    }

    /** Says 407 to whoever brings no password. */
    private URI startProxy() throws Exception {
        return start(HttpServer.create(loopback(), 0), "http", 407);
    }

    private URI start(HttpServer server, String scheme, int statusWithoutPassword) {
        http = server;
        server.createContext("/", exchange -> answer(exchange, statusWithoutPassword));
        server.start();
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/v1/update/");
    }

    private void answer(HttpExchange exchange, int statusWithoutPassword) throws IOException {
        var headers = exchange.getRequestHeaders();
        String password = headers.getFirst("Proxy-Authorization");
        seen.add(headers.getFirst("Host") + " " + password);
        int status = password == null ? statusWithoutPassword : 200;
        if (status == 407) {
            exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"test\"");
        }
        exchange.sendResponseHeaders(status, NO_UPDATE.length);
        exchange.getResponseBody().write(NO_UPDATE);
        exchange.close();
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
