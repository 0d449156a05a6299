package io.keelson.engine.health.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import io.keelson.engine.config.ConnectionSettings;
import io.keelson.engine.server.ServerConnection;
import io.keelson.etcd.TlsFiles;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class ProbesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path directory;
    private HttpServer web;
    private int status = 200;

    @BeforeEach
    void startAWebServer() throws Exception {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext(
                "/",
                exchange -> {
                    byte[] body = "all is ready".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        web.start();
    }

    @AfterEach
    void stopIt() {
        web.stop(0);
    }

    @Test
    void expectedAnswerPasses() {
        assertThat(http("ready").look(LIMIT)).isEqualTo(new CheckOutcome.Passed());
    }

    @Test
    void otherStatusOrOtherTextMayStillCome() {
        CheckOutcome otherText = http("open for business").look(LIMIT);
        status = 503;
        CheckOutcome otherStatus = http("ready").look(LIMIT);

        assertThat(otherText)
                .isEqualTo(
                        new CheckOutcome.Waiting(
                                "the answer of %s has no \"open for business\" in it"
                                        .formatted(url())));
        assertThat(otherStatus)
                .isEqualTo(new CheckOutcome.Waiting(url() + " answers with status 503"));
    }

    @Test
    void nobodyListeningIsSaidWithTheAddress() {
        int port = web.getAddress().getPort();
        web.stop(0);

        assertThat(http("").look(LIMIT))
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .startsWith("no answer from http://127.0.0.1:" + port));
        assertThat(new TcpProbe("tcp:db", "127.0.0.1", port).look(LIMIT))
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .startsWith("no connection to 127.0.0.1 port " + port));
    }

    @Test
    void openPortPasses() {
        assertThat(new TcpProbe("tcp:web", "127.0.0.1", web.getAddress().getPort()).look(LIMIT))
                .isEqualTo(new CheckOutcome.Passed());
    }

    @Test
    void anyAnswerOfTheUpdateServerPassesButItsOwnFailureDoesNot() {
        status = 405;
        CheckOutcome refused = server(url()).look(LIMIT);
        status = 302;
        CheckOutcome elsewhere = server(url()).look(LIMIT);
        status = 500;
        CheckOutcome broken = server(url()).look(LIMIT);
        web.stop(0);
        CheckOutcome gone = server(url()).look(LIMIT);

        assertThat(refused).isEqualTo(new CheckOutcome.Passed());
        assertThat(elsewhere).isEqualTo(new CheckOutcome.Passed());
        assertThat(broken).isEqualTo(new CheckOutcome.Waiting(url() + " answers with status 500"));
        assertThat(gone)
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .startsWith("no answer from " + url() + ": "));
    }

    @Test
    void theUpdateServerIsReachedAsTheSettingsSay() throws Exception {
        var throughProxy =
                new ConnectionSettings(
                        "app",
                        new TlsFiles(Optional.empty(), Optional.empty()),
                        Optional.of(URI.create("http://127.0.0.1:" + web.getAddress().getPort())),
                        List.of());
        URI unknown = URI.create("http://updates.invalid/v1/update/");

        CheckOutcome outcome =
                new ServerProbe(
                                unknown,
                                () ->
                                        ServerConnection.of(
                                                new OkHttpClient(),
                                                unknown,
                                                throughProxy,
                                                directory.resolve("none")))
                        .look(LIMIT);

        assertThat(outcome).isEqualTo(new CheckOutcome.Passed());
    }

    private static ServerProbe server(URI url) {
        return new ServerProbe(url, OkHttpClient::new);
    }

    @Test
    void fileSystemWithRoomPassesAndAFullOneSaysHowMuchIsWanted() {
        var little = new FreeSpace(directory, new FreeSpace.Least(1, 0));
        var everything = new FreeSpace(directory, new FreeSpace.Least(1L << 60, 0));

        assertThat(little.look(LIMIT)).isEqualTo(new CheckOutcome.Passed());
        assertThat(everything.look(LIMIT))
                .isInstanceOfSatisfying(
                        CheckOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .contains(directory.toString())
                                        .endsWith("1099511627776 are wanted"));
    }

    @Test
    void clockIsAskedOfTheKernel() {
        assertThat(new SynchronisedClock(() -> true).look(LIMIT))
                .isEqualTo(new CheckOutcome.Passed());
        assertThat(new SynchronisedClock(() -> false).look(LIMIT))
                .isEqualTo(
                        new CheckOutcome.Waiting(
                                "the clock is not synchronised; does an NTP client run?"));
        assertThat(
                        new SynchronisedClock(
                                        () -> {
                                            throw new IOException("adjtimex failed with errno 1");
                                        })
                                .look(LIMIT))
                .isEqualTo(new CheckOutcome.Failed("adjtimex failed with errno 1"));
    }

    private HttpProbe http(String contains) {
        return new HttpProbe("http:web", new HttpProbe.Expected(url(), 200, 299, contains));
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + web.getAddress().getPort() + "/healthz");
    }
}
