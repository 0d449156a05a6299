package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.server.ServerFixture.Release;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class PublishingTest {
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
    void aPayloadOfAnotherKeyIsRefusedAndLeavesNothing() throws Exception {
        Release release = server.release("1.3.0", ServerFixture.ROGUE);

        HttpResponse<String> answer = server.send(release);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(ServerFixture.parse(answer).get("kind").asString())
                .isEqualTo("untrusted-payload");
        assertThat(ServerFixture.parse(answer).get("message").asString())
                .startsWith("the payload of release 1.3.0 is refused: ");
        assertThat(files()).isEmpty();
        assertThat(server.json("/api/releases")).isEmpty();
        HttpResponse<String> promoted =
                server.put(
                        "/api/channels/demo", BodyPublishers.ofString("{\"version\":\"1.3.0\"}"));
        assertThat(promoted.statusCode()).isEqualTo(404);
        assertThat(ServerFixture.parse(promoted).get("kind").asString())
                .isEqualTo("unknown-release");
    }

    @Test
    void aPayloadThatIsNotWhatTheManifestSaysIsRefused() throws Exception {
        Release release = server.release("1.1.0", ServerFixture.TRUSTED);
        byte[] bytes = Files.readAllBytes(release.payload());

        byte[] flipped = bytes.clone();
        flipped[flipped.length - 1] ^= 1;
        assertMismatch(refused(release, flipped), "has SHA-256");
        assertMismatch(refused(release, Arrays.copyOf(bytes, bytes.length + 1)), "is larger than");
        assertMismatch(refused(release, Arrays.copyOf(bytes, 100)), "has 100 of the");
        assertThat(files()).isEmpty();
    }

    @Test
    void aSignedPayloadUnderAnotherVersionIsRefused() throws Exception {
        HttpResponse<String> answer =
                server.send(server.release("2.0.0", "1.0.0", ServerFixture.TRUSTED));

        assertMismatch(answer, "is release 1.0.0, its manifest names 2.0.0");
        assertThat(files()).isEmpty();
    }

    @Test
    void publishingTheSameReleaseTwiceIsNoChange() throws Exception {
        Release release = server.release("1.1.0", ServerFixture.TRUSTED);
        assertThat(server.send(release).statusCode()).isEqualTo(200);

        assertThat(server.send(release).statusCode()).isEqualTo(200);

        assertThat(server.json("/api/releases")).hasSize(1);
        assertThat(files()).containsExactly("keelson-1.1.0.payload");
    }

    @Test
    void aPublishedReleaseCannotBeReplaced() throws Exception {
        server.send(server.release("1.1.0", ServerFixture.TRUSTED));
        Release other = server.release("1.1.0", ServerFixture.ROGUE);

        HttpResponse<String> answer =
                server.put(
                        "/api/releases/1.1.0/manifest", BodyPublishers.ofString(other.manifest()));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(ServerFixture.parse(answer).get("kind").asString())
                .isEqualTo("already-published");
    }

    @Test
    void aManifestMustDescribeTheReleaseItIsSentFor() throws Exception {
        Release release = server.release("1.1.0", ServerFixture.TRUSTED);

        for (String manifest : List.of(release.manifest(), "{", "")) {
            HttpResponse<String> answer =
                    server.put("/api/releases/1.2.0/manifest", BodyPublishers.ofString(manifest));
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(ServerFixture.parse(answer).get("kind").asString())
                    .isEqualTo("invalid-manifest");
        }
    }

    @Test
    void aPayloadWithoutAManifestIsRefused() throws Exception {
        HttpResponse<String> answer =
                server.put("/api/releases/1.1.0/payload", BodyPublishers.ofString("x"));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(ServerFixture.parse(answer).get("message").asString())
                .isEqualTo("release 1.1.0 is not known here; send its manifest first");
    }

    @Test
    void pagesOfOtherSitesCannotChangeAnything() throws Exception {
        HttpResponse<String> answer =
                server.exchange(
                        HttpRequest.newBuilder(server.uri("/api/channels/demo/pause"))
                                .header("Sec-Fetch-Site", "cross-site")
                                .POST(BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> refused(Release release, byte[] bytes) throws Exception {
        Path payload = Files.write(server.data().resolve("sent"), bytes);
        HttpResponse<String> answer =
                server.send(new Release(release.version(), payload, release.manifest()));
        Files.delete(payload);
        return answer;
    }

    private static void assertMismatch(HttpResponse<String> answer, String sentence) {
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(ServerFixture.parse(answer).get("kind").asString())
                .isEqualTo("payload-mismatch");
        assertThat(ServerFixture.parse(answer).get("message").asString()).contains(sentence);
    }

    private List<String> files() throws Exception {
        try (Stream<Path> payloads = Files.list(server.data().resolve("payloads"));
                Stream<Path> incoming = Files.list(server.data().resolve("incoming"))) {
            return Stream.concat(payloads, incoming).map(f -> f.getFileName().toString()).toList();
        }
    }
}
