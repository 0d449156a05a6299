package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import io.keelson.payload.TrustedKeys;
import io.keelson.payload.downgrade.SignedDowngrade;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The commands that speak to an update server, against one that answers from a table. */
class ServerCommandsTest {
    @TempDir Path directory;

    private final Map<String, String> received = new ConcurrentHashMap<>();
    private final Map<String, String> authorizations = new ConcurrentHashMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String call =
                            exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
                    String sent = exchange.getRequestHeaders().getFirst("Authorization");
                    authorizations.put(call, sent == null ? "" : sent);
                    received.put(
                            call,
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    byte[] answer =
                            answers.getOrDefault(call, "{}").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(statuses.getOrDefault(call, 200), answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theFleetIsATableForPeople() {
        answers.put(
                "GET /api/hosts",
                """
                [{"machineId":"m1","machineAlias":"edge-7","version":"1.1.0","track":"demo","state":"rolled-back","lastCheck":"2026-01-01T00:00:00Z",
                  "lastError":{"reason":"health.d/50-demo: exit code 1"}}]
                """);

        CapturedRun run = run("fleet", "list");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "MACHINE  ALIAS   VERSION  TRACK  STATE        LAST CHECK            LAST ERROR",
                        "m1       edge-7  1.1.0    demo   rolled-back  2026-01-01T00:00:00Z  health.d/50-demo: exit code 1");
    }

    @Test
    void theFleetIsJsonForPrograms() {
        answers.put("GET /api/hosts", "[{\"machineId\":\"m1\"}]");

        assertThat(run("fleet", "list", "--json").out())
                .contains("\"machineId\"")
                .contains("\"m1\"");
    }

    @Test
    void publishingSendsTheManifestThenThePayloadThenPromotes() throws IOException {
        Files.writeString(directory.resolve("release.json"), "{\"version\":\"1.1.0\"}");
        Files.writeString(directory.resolve("update.payload"), "CrAU...");

        CapturedRun run = run("release", "publish", directory.toString(), "--channel", "demo");

        assertThat(run.exitCode()).isZero();
        assertThat(received)
                .containsEntry("PUT /api/releases/1.1.0/manifest", "{\"version\":\"1.1.0\"}")
                .containsEntry("PUT /api/releases/1.1.0/payload", "CrAU...")
                .hasEntrySatisfying(
                        "PUT /api/channels/demo", body -> assertThat(body).contains("1.1.0"));
    }

    @Test
    void deltasInTheDirectoryAndThoseNamedArePublishedWithTheRelease() throws IOException {
        Files.writeString(directory.resolve("release.json"), "{\"version\":\"1.1.0\"}");
        Files.writeString(directory.resolve("update.payload"), "CrAU...");
        Files.writeString(directory.resolve("update-from-1.0.0.payload"), "CrAU delta");
        answers.put(
                "POST /api/releases/1.1.0/deltas",
                "{\"sourceVersion\":\"1.0.0\",\"sizeBytes\":10}");

        CapturedRun run = run("release", "publish", directory.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("published 1.1.0")
                .contains("published the delta from 1.0.0, 10 bytes");
        assertThat(received).containsEntry("POST /api/releases/1.1.0/deltas", "CrAU delta");
    }

    @Test
    void aPublishedReleaseIsNotUploadedAgainForADelta() throws IOException {
        Files.writeString(directory.resolve("release.json"), "{\"version\":\"1.1.0\"}");
        Files.writeString(directory.resolve("update.payload"), "CrAU...");
        Path delta = Files.writeString(directory.resolve("other"), "CrAU delta");
        answers.put(
                "PUT /api/releases/1.1.0/manifest", "{\"publishedAt\":\"2026-01-01T00:00:00Z\"}");

        CapturedRun run =
                run("release", "publish", directory.toString(), "--delta", delta.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(received)
                .containsKey("POST /api/releases/1.1.0/deltas")
                .doesNotContainKey("PUT /api/releases/1.1.0/payload");
    }

    @Test
    void releasesOfTheServerAreListedWithTheWaysToThem() {
        answers.put(
                "GET /api/releases",
                """
                [{"version":"1.1.0","payloadSizeBytes":100,"artifacts":[
                  {"kind":"delta","sourceVersion":"1.0.0","sizeBytes":7,"capabilities":["split-bsdiff"]}]}]
                """);

        assertThat(run("release", "list").out().lines())
                .containsExactly(
                        "RELEASE  FILE   FROM   BYTES  NEEDS",
                        "1.1.0    full   -      100    -",
                        "1.1.0    delta  1.0.0  7      split-bsdiff");
    }

    @Test
    void aRefusalIsTheServersOwnSentence() throws IOException {
        Files.writeString(directory.resolve("release.json"), "{\"version\":\"1.3.0\"}");
        Files.writeString(directory.resolve("update.payload"), "CrAU...");
        statuses.put("PUT /api/releases/1.3.0/payload", 422);
        answers.put(
                "PUT /api/releases/1.3.0/payload",
                "{\"kind\":\"untrusted-payload\",\"message\":\"the payload is signed by nobody known\"}");

        CapturedRun run = run("release", "publish", directory.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .endsWith(
                        "keelson: the payload is signed by nobody known" + System.lineSeparator());
    }

    @Test
    void anAnswerThatIsNoJsonIsToldByItsStatus() {
        statuses.put("GET /api/channels", 502);
        answers.put("GET /api/channels", "<html>bad gateway</html>");

        assertThat(run("channel", "list").err()).contains("answered 502 to GET /api/channels");
    }

    @Test
    void channelsArePausedAndResumed() {
        answers.put("POST /api/channels/demo/pause", "{\"name\":\"demo\",\"paused\":true}");

        CapturedRun run = run("channel", "pause", "demo");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("paused: true");
    }

    @Test
    void aDowngradeIsSignedWhereTheKeyIsAndThenSent() throws Exception {
        Path keys = directory.resolve("keys");
        assertThat(CapturedRun.of("keys", "generate", "--dir", keys.toString()).exitCode())
                .isZero();
        Path release = Files.createDirectory(directory.resolve("release"));
        TinyRelease.write(keys, release);
        String key = keys.resolve("update.key.pem").toString();
        Path file = directory.resolve("downgrade");

        CapturedRun signed =
                CapturedRun.of(
                        "channel",
                        "sign-downgrade",
                        "demo",
                        release.toString(),
                        "--from",
                        "9.0.0",
                        "--key",
                        key,
                        "--out",
                        file.toString());
        CapturedRun sent = run("channel", "allow-downgrade", "demo", file.toString());
        CapturedRun withdrawn = run("channel", "forbid-downgrade", "demo");

        assertThat(signed.err()).isEmpty();
        assertThat(signed.out()).startsWith(file + ": hosts of channel demo may go to ");
        SignedDowngrade statement = SignedDowngrade.parse(Files.readString(file));
        assertThat(
                        statement.isSignedBy(
                                TrustedKeys.ofFiles(List.of(keys.resolve("update.pub.pem")), 1)))
                .isTrue();
        assertThat(sent.exitCode()).isZero();
        assertThat(received)
                .containsEntry("PUT /api/channels/demo/downgrade", Files.readString(file))
                .containsKey("DELETE /api/channels/demo/downgrade");
        assertThat(withdrawn.exitCode()).isZero();
    }

    @Test
    void aStatementThatNobodyNeedsIsNotMade() throws Exception {
        Path keys = directory.resolve("keys");
        assertThat(CapturedRun.of("keys", "generate", "--dir", keys.toString()).exitCode())
                .isZero();
        Path release = Files.createDirectory(directory.resolve("release"));
        TinyRelease.write(keys, release);

        CapturedRun signed =
                CapturedRun.of(
                        "channel",
                        "sign-downgrade",
                        "demo",
                        release.toString(),
                        "--from",
                        "0.0.1",
                        "--key",
                        keys.resolve("update.key.pem").toString(),
                        "--out",
                        directory.resolve("downgrade").toString());

        assertThat(signed.exitCode()).isEqualTo(1);
        assertThat(signed.err()).contains("0.0.1 is not newer than");
    }

    @Test
    void changesCarryTheTokenOfTheFile() throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "a long enough secret\n");

        assertThat(run("channel", "pause", "demo", "--admin-token", token.toString()).exitCode())
                .isZero();
        assertThat(run("channel", "resume", "demo").exitCode()).isZero();

        assertThat(authorizations)
                .containsEntry("POST /api/channels/demo/pause", "Bearer a long enough secret")
                .containsEntry("POST /api/channels/demo/resume", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two\nlines of it", "schlüssel"})
    void aFileWithoutATokenIsNamed(String content) throws IOException {
        Path token = Files.writeString(directory.resolve("token"), content);

        CapturedRun run = run("channel", "pause", "demo", "--admin-token", token.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(token + " holds no token");
        assertThat(received).isEmpty();
    }

    @Test
    void aHostMayBeOfferedAgainWhatItGaveUp() {
        CapturedRun run = run("fleet", "retry", "m1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("host m1 tries again what it gave up");
        assertThat(received).containsKey("POST /api/hosts/m1/retry");
    }

    @Test
    void aServerThatIsNotThereIsOneSentenceWithTheRemedy() {
        server.stop(0);

        CapturedRun run = run("fleet", "list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no update server answers").contains("keelson server run");
    }

    private CapturedRun run(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--server";
        all[args.length + 1] = "http://127.0.0.1:" + server.getAddress().getPort();
        return CapturedRun.of(all);
    }
}
