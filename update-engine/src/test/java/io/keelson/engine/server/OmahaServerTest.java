package io.keelson.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.engine.state.Report;
import io.keelson.omaha.AppId;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.OmahaRequest;
import io.keelson.omaha.OmahaResponse;
import io.keelson.omaha.OmahaXml;
import io.keelson.omaha.PackageFile;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.ResponseApp;
import io.keelson.omaha.SidePackage;
import io.keelson.omaha.UpdateCheck;

import okhttp3.OkHttpClient;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;

@Timeout(60)
class OmahaServerTest {
    private static final RequestApp.Abilities ABLE =
            new RequestApp.Abilities("ab".repeat(32), List.of("zstd-history"));

    private final LinkedBlockingQueue<OmahaRequest> requests = new LinkedBlockingQueue<>();
    private static final Part WHOLE = Part.from(0, Optional.empty());

    private HttpServer http;
    private OmahaServer server;
    private int status = 200;
    private byte[] answer = new byte[0];
    private RequestApp.Abilities able = ABLE;
    private final HostIdentity identity =
            new HostIdentity(
                    "0123456789abcdef0123456789abcdef",
                    "{b}",
                    "demo",
                    Architecture.AMD64,
                    "0.9",
                    () -> able,
                    HostIdentity.Names.OURS);

    @BeforeEach
    void listen() throws Exception {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/v1/update/",
                exchange -> {
                    requests.add(OmahaXml.readRequest(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        http.createContext(
                "/payload",
                exchange -> {
                    byte[] body = "content".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        http.createContext(
                "/endless",
                exchange -> {
                    exchange.sendResponseHeaders(200, 8);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    // Never closed: the rest does not come.
                });
        http.start();
        server = new OmahaServer(new OkHttpClient(), at("/v1/update/"), identity);
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    @Test
    void offerCarriesAddressSizeAndDigest() throws Exception {
        var manifest =
                new UpdateCheck.Manifest(
                        "1.1.0",
                        new PackageFile("update.payload", 1234, "c".repeat(64)),
                        Optional.empty(),
                        List.of(
                                new SidePackage(
                                        new PackageFile("a.delta", 12, "d".repeat(64)),
                                        "delta",
                                        "ab".repeat(32)),
                                new SidePackage(
                                        new PackageFile("b", 13, "e".repeat(64)), "future", "")));
        answer(new UpdateCheck.Update(List.of(at("/payloads/")), manifest));

        CheckAnswer check = server.check("1.0.0", false);

        assertThat(check)
                .isEqualTo(
                        new CheckAnswer.Offered(
                                new Offer(
                                        new ReleaseVersion("1.1.0"),
                                        OfferedFile.full(
                                                List.of(at("/payloads/update.payload")),
                                                1234,
                                                "c".repeat(64)),
                                        List.of(
                                                new OfferedFile(
                                                        FileKind.DELTA,
                                                        List.of(at("/payloads/a.delta")),
                                                        12,
                                                        "d".repeat(64),
                                                        "ab".repeat(32))))));
    }

    @ParameterizedTest
    @CsvSource({"2026-07-30T12:00:00Z, 2026-07-30T12:00:00Z", "tomorrow,"})
    void wishForARetryIsAMomentOrNone(String sent, @Nullable Instant understood) throws Exception {
        var manifest =
                new UpdateCheck.Manifest(
                        "1.1.0",
                        new PackageFile("update.payload", 1234, "c".repeat(64)),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(sent));
        answer(new UpdateCheck.Update(List.of(at("/payloads/")), manifest));

        assertThat(server.check("1.0.0", false))
                .isInstanceOfSatisfying(
                        CheckAnswer.Offered.class,
                        offered ->
                                assertThat(offered.retry())
                                        .isEqualTo(Optional.ofNullable(understood)));
    }

    @Test
    void hostSaysWhoItIsAndWhatItRuns() throws Exception {
        answer(new UpdateCheck.NoUpdate(OptionalLong.of(600)));

        CheckAnswer check = server.check("1.0.0", true);

        assertThat(check)
                .isEqualTo(new CheckAnswer.NothingNew(Optional.of(Duration.ofMinutes(10))));
        OmahaRequest request = requests.take();
        assertThat(request.installSource()).isEqualTo("ondemandupdate");
        var app = request.apps().getFirst();
        assertThat(app.appId()).isEqualTo(AppId.KEELSON);
        assertThat(app.version()).isEqualTo("1.0.0");
        assertThat(app.track()).isEqualTo("demo");
        assertThat(app.machineId()).isEqualTo(identity.machineId());
        assertThat(app.bootId()).isEqualTo("{b}");
        assertThat(app.alephVersion()).isEqualTo("0.9");
        assertThat(app.updateCheck()).isTrue();
        assertThat(app.abilities()).isEqualTo(ABLE);
    }

    @Test
    void whatTheHostCanDoIsAskedAgainForEveryRequest() throws Exception {
        answer(new UpdateCheck.NoUpdate(OptionalLong.empty()));
        var less = new RequestApp.Abilities(ABLE.rootHash(), List.of());

        CheckAnswer _ = server.check("1.0.0", false);
        able = less;
        CheckAnswer _ = server.check("1.0.0", false);

        assertThat(requests)
                .extracting(request -> request.apps().getFirst().abilities())
                .containsExactly(ABLE, less);
    }

    @Test
    void eventIsDeliveredWithItsCodeAndReason() throws Exception {
        answer(new UpdateCheck.NoUpdate(OptionalLong.empty()));
        var report =
                new Report(
                        3,
                        0,
                        OptionalInt.of(44),
                        new Report.Versions("1.1.0", "1.1.0", "1.2.0"),
                        "health gate failed",
                        Optional.of(new Fetched(FileKind.DELTA, 5, 100, "")));

        assertThat(server.report(report)).isEmpty();

        var app = requests.take().apps().getFirst();
        assertThat(app.updateCheck()).isFalse();
        var event = app.events().getFirst();
        assertThat(event.errorCode()).contains(44);
        assertThat(event.nextVersion()).isEqualTo("1.2.0");
        assertThat(event.reason()).isEqualTo("health gate failed");
        assertThat(event.transfer()).contains(new OmahaEvent.Transfer("delta", 5));
    }

    @Test
    void httpErrorIsAFailureWithItsStatus() {
        status = 503;

        assertThat(server.check("1.0.0", false))
                .isInstanceOfSatisfying(
                        CheckAnswer.Failed.class,
                        failed -> assertThat(failed.errorCode()).isEqualTo(2503));
    }

    @Test
    void nonsenseIsAFailureAndNoCrash() {
        answer = "<html>".getBytes(StandardCharsets.UTF_8);

        assertThat(server.check("1.0.0", false))
                .isInstanceOfSatisfying(
                        CheckAnswer.Failed.class,
                        failed -> assertThat(failed.errorCode()).isEqualTo(31));
    }

    @Test
    void unreachableServerIsAFailure() {
        http.stop(0);

        assertThat(server.check("1.0.0", false)).isInstanceOf(CheckAnswer.Failed.class);
        assertThat(
                        server.report(
                                new Report(
                                        13,
                                        1,
                                        OptionalInt.empty(),
                                        new Report.Versions("1", "", "2"),
                                        "")))
                .isPresent();
    }

    @Test
    void payloadIsStreamedWithItsLength() throws Exception {
        try (Download download = server.download(at("/payload"), WHOLE)) {
            assertThat(download.fileBytes()).isEqualTo(7);
            assertThat(download.body())
                    .hasBinaryContent("content".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void payloadThatNeverEndsIsGivenUp() throws Exception {
        var strict = new HttpDownloads(new OkHttpClient(), Duration.ofMillis(500));

        try (Download download = strict.download(at("/endless"), WHOLE)) {
            assertThatThrownBy(() -> download.body().readNBytes(8)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void missingPayloadIsNamed() {
        status = 404;

        assertThatThrownBy(() -> server.download(at("/payload"), WHOLE))
                .isInstanceOf(HttpStatusException.class)
                .hasMessage(at("/payload") + " answered with HTTP status 404");
    }

    @Test
    void addressThatNoConnectionCanHaveIsAFailureWithASentence() {
        URI address = URI.create("http://127.0.0.1:99999/");
        var astray = new OmahaServer(new OkHttpClient(), address, identity);

        assertThatThrownBy(() -> server.download(address, WHOLE))
                .isInstanceOf(IOException.class)
                .hasMessage("http://127.0.0.1:99999/ is no usable http or https address");
        assertThat(astray.check("1.0.0", false)).isInstanceOf(CheckAnswer.Failed.class);
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    private void answer(UpdateCheck check) throws IOException {
        var bytes = new ByteArrayOutputStream();
        OmahaXml.writeResponse(
                new OmahaResponse(
                        "test",
                        List.of(
                                new ResponseApp(
                                        AppId.KEELSON,
                                        ResponseApp.OK,
                                        true,
                                        1,
                                        Optional.of(check)))),
                bytes);
        answer = bytes.toByteArray();
    }
}
