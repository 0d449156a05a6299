package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.RandomAccessFile;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Whose failure it is: the client's, or the server's own disk. */
class StorageFailureTest {
    private static final String PAYLOAD = "keelson-1.1.0.payload";

    private ServerFixture server;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aLostPayloadIsTheServersFailureAndIsNamed() throws Exception {
        server.publish("1.1.0");
        Files.delete(server.data().resolve("payloads").resolve(PAYLOAD));

        HttpResponse<String> answer =
                server.exchange(payloadRequest().header("Range", "bytes=100-199"));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("Content-Range")).isEmpty();
        assertThat(ServerFixture.parse(answer).get("kind").asString()).isEqualTo("file-missing");
        assertThat(ServerFixture.parse(answer).get("message").asString()).contains(PAYLOAD);
    }

    @Test
    void aPayloadCutShortOnTheDiskIsTheServersFailure() throws Exception {
        server.publish("1.1.0");
        shorten(server.data().resolve("payloads").resolve(PAYLOAD), 100);

        HttpResponse<String> answer = server.exchange(payloadRequest());

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(ServerFixture.parse(answer).get("kind").asString()).isEqualTo("storage-failed");
    }

    @Test
    void aPayloadCutShortAfterItsFirstPartLeftEndsTheConnection() throws Exception {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        ServerFixture.Release release = server.release("1.1.0", large, ServerFixture.TRUSTED);
        assertThat(server.send(release).statusCode()).isEqualTo(200);
        shorten(server.data().resolve("payloads").resolve(PAYLOAD), large.length / 2);

        assertThatIOException().isThrownBy(() -> server.exchange(payloadRequest()));
    }

    @Test
    void aPayloadDirectoryThatIsGoneIsTheServersFailure() throws Exception {
        ServerFixture.Release release = server.release("1.1.0", ServerFixture.TRUSTED);
        Files.delete(server.data().resolve("incoming"));

        HttpResponse<String> answer = server.send(release);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(ServerFixture.parse(answer).get("kind").asString()).isEqualTo("file-missing");
    }

    @Test
    void anUploadThatEndsEarlyIsTheClients() throws Exception {
        ServerFixture.Release release = server.release("1.1.0", ServerFixture.TRUSTED);
        server.put("/api/releases/1.1.0/manifest", BodyPublishers.ofString(release.manifest()));

        String answer =
                RawHttp.answer(
                        server.uri("/"),
                        "PUT /api/releases/1.1.0/payload HTTP/1.1",
                        "Host: localhost",
                        "Content-Length: 100000",
                        "",
                        "CrAU");

        assertThat(RawHttp.status(answer)).isEqualTo(400);
    }

    @Test
    void anUploadInBrokenChunksIsTheClients() throws Exception {
        ServerFixture.Release release = server.release("1.1.0", ServerFixture.TRUSTED);
        server.put("/api/releases/1.1.0/manifest", BodyPublishers.ofString(release.manifest()));

        String answer =
                RawHttp.answer(
                        server.uri("/"),
                        "PUT /api/releases/1.1.0/payload HTTP/1.1",
                        "Host: localhost",
                        "Transfer-Encoding: chunked",
                        "",
                        "no number",
                        "");

        assertThat(RawHttp.status(answer)).isEqualTo(400);
    }

    private HttpRequest.Builder payloadRequest() {
        return HttpRequest.newBuilder(server.uri("/payloads/" + PAYLOAD));
    }

    private static void shorten(Path file, long bytes) throws Exception {
        try (RandomAccessFile shortened = new RandomAccessFile(file.toFile(), "rw")) {
            shortened.setLength(bytes);
        }
    }
}
