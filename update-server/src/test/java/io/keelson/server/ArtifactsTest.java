package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.gpt.RootHash;
import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.SidePackage;
import io.keelson.omaha.UpdateCheck;
import io.keelson.payload.manifest.OperationType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

class ArtifactsTest {
    private static final String DELTAS = "/api/releases/1.1.0/deltas";

    private ServerFixture server;

    @BeforeEach
    void publishTwoReleases(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
        byte[] content = new byte[64 * 4096];
        new Random(1).nextBytes(content);
        server.send(server.release("1.0.0", ServerFixture.TRUSTED));
        server.send(server.release("1.1.0", content, ServerFixture.TRUSTED));
        server.promote("demo", "1.1.0");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aDeltaIsKeptWithWhatItsSignedMetadataSays() throws Exception {
        byte[] delta = delta().by(OperationType.SPLIT_BSDIFF).signed(ServerFixture.TRUSTED);

        HttpResponse<String> answer = server.post(DELTAS, delta);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode artifact = server.json("/api/releases/1.1.0").get("artifacts").get(0);
        assertThat(artifact).isEqualTo(ServerFixture.parse(answer));
        assertThat(artifact.get("kind").asString()).isEqualTo("delta");
        assertThat(artifact.get("sourceVersion").asString()).isEqualTo("1.0.0");
        assertThat(artifact.get("sourceRootHash").asString())
                .isEqualTo(ServerFixture.rootHash("1.0.0").hex());
        assertThat(artifact.get("sizeBytes").asLong()).isEqualTo(delta.length);
        assertThat(artifact.get("capabilities").toString()).isEqualTo("[\"split-bsdiff\"]");
    }

    @Test
    void aKeptDeltaIsServedInRangesUnderItsName() throws Exception {
        byte[] delta = delta().signed(ServerFixture.TRUSTED);
        server.post(DELTAS, delta);
        String name = only().get("name").asString();
        server.restart();

        HttpResponse<byte[]> part =
                server.download(
                        HttpRequest.newBuilder(server.uri("/payloads/" + name))
                                .header("Range", "bytes=100-"));

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).hasSize(delta.length - 100);
        assertThat(name).startsWith("keelson-1.1.0-from-1.0.0-").endsWith(".payload");
    }

    @Test
    void theSameDeltaTwiceIsOneAndAnotherForTheSameHostsIsAConflict() throws Exception {
        byte[] delta = delta().signed(ServerFixture.TRUSTED);
        server.post(DELTAS, delta);

        assertThat(server.post(DELTAS, delta).statusCode()).isEqualTo(200);
        byte[] other = delta().by(OperationType.REPLACE_BZ).signed(ServerFixture.TRUSTED);
        assertThat(server.post(DELTAS, other).statusCode()).isEqualTo(409);
        byte[] able = delta().by(OperationType.ZSTD_PATCH).signed(ServerFixture.TRUSTED);
        assertThat(server.post(DELTAS, able).statusCode()).isEqualTo(200);

        assertThat(server.json("/api/releases/1.1.0").get("artifacts")).hasSize(2);
    }

    @Test
    void whatIsNoUsableDeltaIsRefusedWithTheReason() throws Exception {
        refused(delta().signed(ServerFixture.ROGUE), "signed by 0 of the trusted keys");
        refused(
                TestDelta.between("1.0.0", "1.2.0").signed(ServerFixture.TRUSTED),
                "it leads to release 1.2.0, the release has 1.1.0");
        refused(
                delta().leadingTo(new RootHash("77".repeat(32))).signed(ServerFixture.TRUSTED),
                "it leads to root hash 7777");
        refused(
                delta().from(new byte[4096]).signed(ServerFixture.TRUSTED),
                "which no release published here has; publish that release first");
        refused(new byte[1 << 20], "it is no smaller than the full payload");
        byte[] flipped = delta().signed(ServerFixture.TRUSTED);
        flipped[flipped.length - 300] ^= 1;
        refused(flipped, "is refused");
        assertThat(server.json("/api/releases/1.1.0").get("artifacts")).isEmpty();
    }

    @Test
    void aFullPayloadIsNoDelta() throws Exception {
        byte[] small =
                java.nio.file.Files.readAllBytes(
                        server.release("1.0.0", ServerFixture.TRUSTED).payload());

        refused(small, "it is no delta");
    }

    @Test
    void aDeltaForAReleaseThatIsNotPublishedIsRefused() throws Exception {
        HttpResponse<String> answer =
                server.post("/api/releases/1.2.0/deltas", delta().signed(ServerFixture.TRUSTED));

        assertThat(answer.statusCode()).isEqualTo(404);
    }

    @Test
    void aHostIsOfferedWhatItCanUseAfterTheFullPayload() throws Exception {
        server.post(DELTAS, delta().signed(ServerFixture.TRUSTED));
        server.post(DELTAS, delta().by(OperationType.SPLIT_BSDIFF).signed(ServerFixture.TRUSTED));
        server.post(DELTAS, delta().by(OperationType.REPACK).signed(ServerFixture.TRUSTED));

        assertThat(kinds("1.0.0", "split-bsdiff")).containsExactly("delta", "delta");
        assertThat(kinds("1.0.0", "repack-zstd-1.5.7")).containsExactly("delta", "delta");
        assertThat(kinds("1.0.0", "zstd-history")).containsExactly("delta");
        assertThat(kinds("0.9.0", "split-bsdiff")).isEmpty();
        assertThat(kinds("1.0.0")).containsExactly("delta");
        UpdateCheck.Update update = update(host("1.0.0", "split-bsdiff"));
        assertThat(update.manifest().full().name()).isEqualTo("keelson-1.1.0.payload");
        assertThat(update.manifest().others())
                .extracting(SidePackage::sourceRootHash)
                .containsOnly(ServerFixture.rootHash("1.0.0").hex());
    }

    @Test
    void aHostThatDoesNotAnnounceWhatThePayloadTakesGetsNothingAndTheReason() throws Exception {
        byte[] twice = new byte[2 << 20];
        new Random(2).nextBytes(twice);
        System.arraycopy(twice, 0, twice, 1 << 20, 1 << 20);
        server.send(server.release("1.2.0", twice, ServerFixture.TRUSTED));
        server.promote("demo", "1.2.0");
        RequestApp mute = ServerFixture.host("1.0.0", "b1").able(RequestApp.Abilities.NONE);

        assertThat(server.check(mute)).isInstanceOf(UpdateCheck.NoUpdate.class);
        JsonNode decision =
                server.json("/api/hosts/" + ServerFixture.MACHINE + "/why").get("decision");
        assertThat(decision.get("reason").asString()).isEqualTo("capability-missing");
        assertThat(decision.get("message").asString())
                .isEqualTo(
                        "the payload of 1.2.0 needs zstd-history, which the host does not announce");
        assertThat(server.check(mute.able(new RequestApp.Abilities("", List.of("zstd")))))
                .isInstanceOf(UpdateCheck.NoUpdate.class);
        assertThat(server.check(ServerFixture.host("1.0.0", "b1")))
                .isInstanceOf(UpdateCheck.Update.class);
    }

    @Test
    void whatAHostHasFetchedIsShownWithTheReason() throws Exception {
        RequestApp host = host("1.0.0", "split-bsdiff");
        server.check(host);

        server.report(
                host,
                new OmahaEvent(
                        EventType.UPDATE_DOWNLOAD_FINISHED,
                        EventResult.SUCCESS,
                        Optional.empty(),
                        "",
                        "1.1.0",
                        "the delta: it is not there",
                        Optional.of(new OmahaEvent.Transfer("full", 4711))));

        JsonNode fetch =
                server.json("/api/hosts/" + ServerFixture.MACHINE + "/why").get("lastFetch");
        assertThat(fetch.get("artifact").asString()).isEqualTo("full");
        assertThat(fetch.get("downloadedBytes").asLong()).isEqualTo(4711);
        assertThat(fetch.get("detours").asString()).isEqualTo("the delta: it is not there");
        assertThat(server.host().get("capabilities").toString())
                .isEqualTo("[\"zstd\",\"zstd-history\",\"split-bsdiff\"]");
    }

    private static TestDelta delta() {
        return TestDelta.between("1.0.0", "1.1.0");
    }

    private JsonNode only() throws Exception {
        JsonNode artifacts = server.json("/api/releases/1.1.0").get("artifacts");
        assertThat(artifacts).hasSize(1);
        return artifacts.get(0);
    }

    private void refused(byte[] file, String reason) throws Exception {
        HttpResponse<String> answer = server.post(DELTAS, file);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(ServerFixture.parse(answer).get("message").asString()).contains(reason);
    }

    private static RequestApp host(String version, String... capabilities) {
        return ServerFixture.host(version, "b1")
                .able(
                        new RequestApp.Abilities(
                                ServerFixture.rootHash(version).hex(),
                                Stream.concat(
                                                ServerFixture.FULL_PAYLOADS.stream(),
                                                Stream.of(capabilities))
                                        .distinct()
                                        .toList()));
    }

    private UpdateCheck.Update update(RequestApp host) throws Exception {
        return (UpdateCheck.Update) server.check(host);
    }

    private List<String> kinds(String version, String... capabilities) throws Exception {
        return update(host(version, capabilities)).manifest().others().stream()
                .map(SidePackage::kind)
                .toList();
    }
}
