package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.fetch.MirrorServer.Mirror;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.omaha.ErrorCode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Updates over connections that break, fetched by the production client. */
class ResumeTest {
    @TempDir Path directory;
    private TestRelease one;
    private TestRelease two;
    private TestHost host;
    private WebServer server;
    private byte[] payload;

    @BeforeEach
    void installTheFirstRelease() throws Exception {
        one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        payload = Files.readAllBytes(two.payload());
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        server = new WebServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void updateArrivesOverAConnectionThatKeepsBreaking(long seed) throws Exception {
        var random = new Random(seed);
        Mirror mirror = server.web.serve("/p", payload);
        for (int i = 0; i < 9; i++) {
            mirror.cutAfter(random.nextInt(payload.length / 8));
        }
        server.offered = offer(two, "/p");

        host.runUntil(agent(), "rebooting");

        assertThat(host.boot()).as("seed " + seed).isEqualTo(two.version());
    }

    @Test
    void updateArrivesByTheSecondMirrorWhereTheFirstOneStopped() throws Exception {
        server.web.serve("/a", payload).cutAfter(60_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        server.web.serve("/b", payload, "");
        server.offered = offer(two, "/a", "/b");

        host.runUntil(agent(), "rebooting");

        assertThat(server.web.requests).contains("/b bytes=60000-");
        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void daemonThatStartsAgainGoesOnWhereTheServerWasLost() throws Exception {
        Mirror mirror = server.web.serve("/p", payload).cutAfter(inTheBootImage());
        Agent first = agent();
        server.offered = offer(two, "/p");
        stopServingAfterTheCut(mirror, first);
        int before = server.web.requests.size();

        mirror.answering(200);
        Agent restarted = agent();
        host.runUntil(restarted, "rebooting");

        List<String> requests = server.web.requests.subList(before, server.web.requests.size());
        assertThat(requests).hasSize(2);
        assertThat(requests.getFirst()).isEqualTo("/p");
        assertThat(start(requests.getLast())).isGreaterThan(inTheBootImage() - 200);
        var fetch = restarted.memory().history().lastFetch().orElseThrow();
        assertThat(fetch.receivedBytes()).isBetween((long) payload.length, payload.length + 8192L);
        assertThat(host.boot()).isEqualTo(two.version());
        assertThat(host.journal().load()).isEmpty();
    }

    @Test
    void anotherReleaseThanTheOneBegunStartsCleanly() throws Exception {
        TestRelease three = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);
        byte[] newer = Files.readAllBytes(three.payload());
        Mirror mirror = server.web.serve("/p", payload).cutAfter(payload.length / 2);
        server.web.serve("/q", newer);
        server.offered = offer(two, "/p");
        stopServingAfterTheCut(mirror, agent());

        server.offered = offer(three, "/q");
        host.runUntil(agent(), "rebooting");

        assertThat(server.web.requests).contains("/q").noneMatch(r -> r.startsWith("/q "));
        assertThat(host.boot()).isEqualTo(three.version());
    }

    @Test
    void slotThatWasOverwrittenSinceIsWrittenAgainFromItsStart() throws Exception {
        Mirror mirror = server.web.serve("/p", payload).cutAfter(inTheBootImage());
        server.offered = offer(two, "/p");
        stopServingAfterTheCut(mirror, agent());
        host.scribbleOverIdleSlot();

        mirror.answering(200);
        host.runUntil(agent(), "rebooting");

        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void payloadThatWasReplacedMeanwhileIsRefusedAndTheTrueOneStillArrives() throws Exception {
        Mirror mirror = server.web.serve("/p", payload).cutAfter(payload.length / 2);
        server.offered = offer(two, "/p");
        stopServingAfterTheCut(mirror, agent());
        byte[] damaged = payload.clone();
        Arrays.fill(damaged, payload.length / 2, payload.length, (byte) 0);

        mirror.answering(200).becomes(damaged, "\"two\"");
        Agent agent = agent();
        host.runFor(agent, Duration.ofMinutes(10));
        assertThat(agent.memory().bad()).isEmpty();
        mirror.becomes(payload, "\"one\"");
        host.runUntil(agent, "rebooting");

        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void failureOfAnUpdateThatWentOnIsMarkedAsUpdateEngineMarksIt() throws Exception {
        Mirror mirror = server.web.serve("/p", payload).cutAfter(inTheBootImage());
        server.offered = offer(two, "/p");
        stopServingAfterTheCut(mirror, agent());

        mirror.answering(200);
        Agent second = agent();
        stopServingAfterTheCut(mirror, second);
        host.runFor(second, Duration.ofSeconds(20));

        assertThat(server.reports.stream().flatMapToInt(r -> r.errorCode().stream()).toArray())
                .containsExactly(2503, 2503 | ErrorCode.FLAG_RESUMED);
    }

    /** Runs until the cut has been made and given up. */
    private void stopServingAfterTheCut(Mirror mirror, Agent agent) throws Exception {
        host.runUntil(agent, "available");
        mirror.answeringAfterwards(503);
        host.runUntil(agent, "idle");
    }

    /** The last operation's data; everything before it is durable once the download stops here. */
    private int inTheBootImage() {
        int signatureBytes = 267;
        return payload.length - signatureBytes - 1;
    }

    private Agent agent() throws IOException {
        return Agent.start(host.parts(server));
    }

    private Offer offer(TestRelease release, String... paths) throws IOException {
        List<URI> sources = Arrays.stream(paths).map(server.web::at).toList();
        byte[] bytes = Files.readAllBytes(release.payload());
        return new Offer(
                release.version(),
                OfferedFile.full(sources, bytes.length, TestRelease.sha256(bytes)),
                List.of());
    }

    private static int start(String request) {
        return Integer.parseInt(request.replaceAll(".*bytes=([0-9]+)-.*", "$1"));
    }
}
