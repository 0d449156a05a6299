package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The read-only surface; one server for all, since no test changes anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpSurfaceTest {
    private ServerFixture server;
    private byte[] payload;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
        server.publish("1.1.0");
        payload = Files.readAllBytes(server.data().resolve("payloads/keelson-1.1.0.payload"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aPayloadIsServedWhole() throws Exception {
        HttpResponse<byte[]> answer = server.download(payloadRequest());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(payload);
        assertThat(answer.headers().firstValue("Accept-Ranges")).contains("bytes");
    }

    @ParameterizedTest
    @CsvSource({"bytes=100-199, 100, 200", "bytes=100-, 100, -1", "bytes=-50, -50, -1"})
    void aDownloadResumesWhereItStopped(String range, int from, int to) throws Exception {
        HttpResponse<byte[]> answer = server.download(payloadRequest().header("Range", range));

        int start = from < 0 ? payload.length + from : from;
        int end = to < 0 ? payload.length : to;
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(payload, start, end));
        assertThat(answer.headers().firstValue("Content-Range"))
                .contains("bytes " + start + "-" + (end - 1) + "/" + payload.length);
    }

    @Test
    void aDownloadOfAnotherContentStartsOver() throws Exception {
        HttpResponse<byte[]> answer =
                server.download(
                        payloadRequest().header("Range", "bytes=100-").header("If-Range", "\"x\""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(payload);
    }

    @Test
    void aRangeBeyondTheEndIsRefused() throws Exception {
        HttpResponse<String> answer =
                server.exchange(payloadRequest().header("Range", "bytes=99999999-"));

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("Content-Range"))
                .contains("bytes */" + payload.length);
    }

    @Test
    void aKnownPayloadIsNotSentAgain() throws Exception {
        String etag = server.download(payloadRequest()).headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> answer =
                server.exchange(payloadRequest().header("If-None-Match", etag));

        assertThat(answer.statusCode()).isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource({
        "keelson-9.9.9.payload",
        "release.json",
        "..%2Ffleet.mv.db",
        "keelson-..%2F..%2Ffleet.payload"
    })
    void nothingElseIsServedAsAPayload(String name) throws Exception {
        HttpResponse<String> answer =
                server.exchange(HttpRequest.newBuilder(server.uri("/payloads/" + name)));

        assertThat(answer.statusCode()).isBetween(400, 404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    hello                                    | the message is not well-formed XML (line 1)
                    <request protocol="3.0"><app>            | the message is not well-formed XML (line 1)
                    <response protocol="3.0"/>               | the message is a <response>, not a <request> (line 1)
                    <request protocol="2.0"/>                | protocol "2.0" is not spoken here, only 3.0 (line 1)
                    <!DOCTYPE x><request protocol="3.0"/>    | a document type is not allowed (line 1)
                    """)
    void malformedOmahaIsRefusedInOneSentence(String body, String sentence) throws Exception {
        HttpResponse<String> answer = server.post("/v1/update", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(ServerFixture.parse(answer).get("kind").asString()).isEqualTo("invalid-omaha");
        assertThat(ServerFixture.parse(answer).get("message").asString())
                .isEqualTo("the Omaha request is refused: " + sentence);
    }

    @ParameterizedTest
    @CsvSource({"https, https", "http, http", "gopher, http"})
    void behindAProxyThatEndsTlsFilesAreAskedForByTls(String forwarded, String scheme)
            throws Exception {
        String xml =
                "<request protocol='3.0'><app appid='b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f'"
                        + " version='1.0.0' track='demo' machineid='m2' keelson_capabilities='zstd zstd-history'><updatecheck/></app></request>";

        HttpResponse<String> answer =
                server.exchange(
                        HttpRequest.newBuilder(server.uri("/v1/update"))
                                .header("X-Forwarded-Proto", forwarded)
                                .POST(HttpRequest.BodyPublishers.ofString(xml)));

        assertThat(answer.body()).contains("codebase=\"" + scheme + "://127.0.0.1:");
    }

    @Test
    void anUnknownApplicationDoesNotHideTheOthers() throws Exception {
        String xml =
                "<request protocol='3.0'><app appid='{other}'><updatecheck/></app>"
                        + "<app appid='b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f' version='1.1.0'"
                        + " machineid='m1' track='demo'><updatecheck/></app></request>";

        HttpResponse<String> answer = server.post("/v1/update/", xml);

        assertThat(answer.body())
                .contains("<app appid=\"{other}\" status=\"error-unknownApplication\"")
                .contains("<app appid=\"b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f\" status=\"ok\">")
                .contains("<updatecheck status=\"noupdate\" PollInterval=\"2700\"");
    }

    @Test
    void aHostWithoutAnIdIsAnsweredButNotKept() throws Exception {
        String xml =
                "<request protocol='3.0'><app appid='b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f'"
                        + " version='1.0.0' track='demo'><updatecheck/></app></request>";

        assertThat(server.post("/v1/update", xml).body()).contains("status=\"noupdate\"");
        assertThat(server.exchange(HttpRequest.newBuilder(server.uri("/api/hosts/"))).statusCode())
                .isEqualTo(404);
    }

    @Test
    void theFleetPageAndTheHealthAnswer() throws Exception {
        HttpResponse<String> page = server.exchange(HttpRequest.newBuilder(server.uri("/")));

        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(page.body()).contains("<title>Keelson fleet</title>");
        assertThat(server.json("/api/health").get("status").asString()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/hosts/nobody, unknown-host",
        "/api/channels/none, unknown-channel",
        "/api/releases/0, unknown-release",
        "/api/nothing, not-found"
    })
    void whatIsNotThereIsSaidInJson(String path, String kind) throws Exception {
        HttpResponse<String> answer = server.exchange(HttpRequest.newBuilder(server.uri(path)));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(ServerFixture.parse(answer).get("kind").asString()).isEqualTo(kind);
    }

    private HttpRequest.Builder payloadRequest() {
        return HttpRequest.newBuilder(server.uri("/payloads/keelson-1.1.0.payload"));
    }
}
