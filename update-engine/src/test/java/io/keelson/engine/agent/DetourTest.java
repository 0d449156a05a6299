package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.engine.state.Report;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.manifest.Capability;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A delta is taken where it works, and whatever is wrong with it, the release still arrives. */
class DetourTest {
    @TempDir Path directory;
    private TestRelease one;
    private TestRelease two;
    private TestHost host;
    private WebServer server;
    private byte[] full;
    private byte[] delta;

    @BeforeEach
    void offerADelta() throws Exception {
        one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        two = TestRelease.successor(directory, one, "1.1.0", TestRelease.OUR_KEY);
        full = Files.readAllBytes(two.payload());
        delta = BlockDelta.between(one, two, TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        server = new WebServer();
        server.web.serve("/full", full);
        server.web.serve("/delta", delta);
        server.offered = offer(delta);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void deltaFromWhatRunsIsAllThatIsFetched() throws Exception {
        Fetched fetched = update();

        assertThat(fetched).isEqualTo(new Fetched(FileKind.DELTA, delta.length, full.length, ""));
        assertThat(fetched.savedBytes()).isGreaterThan(full.length / 2);
        assertThat(server.web.requests).containsExactly("/delta");
    }

    @Test
    void whatWasFetchedIsReportedAndShown() throws Exception {
        Agent agent = agent();
        host.runUntil(agent, "rebooting");

        Report finished =
                server.reports.stream().filter(r -> r.type() == 14).findFirst().orElseThrow();
        assertThat(finished.fetched()).isPresent();
        JsonObject status =
                agent.handle(new ControlRequest("GET", "/status", JsonObject.empty())).body();
        JsonObject shown = status.object("lastFetch").orElseThrow();
        assertThat(shown.text("artifact")).isEqualTo("delta");
        assertThat(shown.number("savedBytes")).isEqualTo(full.length - delta.length);
    }

    @Test
    void deltaThatLooksInsideIsTakenByAHostThatHasTheMemory() throws Exception {
        byte[] inside = offerToLookInside();
        host.able = Capability.HOST_AT_MOST;

        Fetched fetched = update();

        assertThat(fetched).isEqualTo(new Fetched(FileKind.DELTA, inside.length, full.length, ""));
    }

    @Test
    void deltaThatLooksInsideIsPassedByWhenTheMemoryIsGoneButNotForEver() throws Exception {
        byte[] unused = offerToLookInside();

        Agent agent = agent();
        host.runUntil(agent, "rebooting");

        assertThat(agent.memory().history().lastFetch().orElseThrow().detours())
                .isEqualTo(
                        "the delta: refused before anything is written to a slot: it needs"
                                + " repack-zstd-1.5.7, for which this host has not the memory or"
                                + " the library now");
        assertThat(agent.memory().bad()).isEmpty();
        assertThat(unused.length).isLessThan(full.length);
        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void missingDeltaIsPassedByInOneSentence() throws Exception {
        server.web.serve("/delta", delta).answering(404);

        Fetched fetched = update();

        assertThat(fetched.kind()).isEqualTo(FileKind.FULL);
        assertThat(fetched.detours())
                .startsWith("the delta: fetching the delta failed: ")
                .endsWith("/delta answered with HTTP status 404");
        assertThat(server.web.requests).containsExactly("/delta", "/full");
        assertThat(server.reports.stream().filter(r -> r.type() == 14).findFirst())
                .hasValueSatisfying(r -> assertThat(r.reason()).isEqualTo(fetched.detours()));
    }

    @Test
    void deltaOfAForeignKeyIsPassedByAndNotFetchedAgain() throws Exception {
        byte[] foreign = BlockDelta.between(one, two, TestRelease.FOREIGN_KEY);
        server.web.serve("/delta", foreign);
        server.web.serve("/full", full).answering(503);
        server.offered = offer(foreign);
        Agent agent = agent();
        host.runUntil(agent, "available");
        host.runUntil(agent, "idle");

        server.web.serve("/full", full);
        host.runUntil(agent, "rebooting");

        assertThat(server.web.requests).containsOnlyOnce("/delta");
        assertThat(agent.memory().bad())
                .extracting(BadRelease::reason)
                .singleElement()
                .asString()
                .contains("signed by 0 of the trusted keys");
        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void runningSlotThatIsNotWhatTheDeltaWasMadeFromIsNoticedBeforeItMatters() throws Exception {
        host.scribbleOverRunningSlot();

        Fetched fetched = update();

        assertThat(fetched.kind()).isEqualTo(FileKind.FULL);
        assertThat(fetched.detours())
                .startsWith("the delta: ")
                .contains("the running slot does not hold what the operation builds on");
        assertThat(fetched.savedBytes()).isZero();
    }

    @Test
    void deltaThatWasDamagedOnTheWayIsPassedByButNotForEver() throws Exception {
        byte[] damaged = delta.clone();
        damaged[60] ^= 1;
        server.web.serve("/delta", damaged);

        Agent agent = agent();
        host.runUntil(agent, "rebooting");

        assertThat(agent.memory().history().lastFetch().orElseThrow().detours())
                .contains("was damaged on the way");
        assertThat(agent.memory().bad()).isEmpty();
        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void deltaToAnotherReleaseThanTheOneOfferedIsPassedBy() throws Exception {
        TestRelease three = TestRelease.successor(directory, one, "1.2.0", TestRelease.OUR_KEY);
        byte[] other = BlockDelta.between(one, three, TestRelease.OUR_KEY);
        server.web.serve("/delta", other);
        server.offered = offer(other);

        assertThat(update().detours()).contains("holds release 1.2.0, offered was 1.1.0");
    }

    @Test
    void serverThatIsGoneEndsTheTryAndTheDeltaGoesOnLater() throws Exception {
        int signature = 267;
        server.web
                .serve("/delta", delta)
                .cutAfter(delta.length - signature - 1)
                .answeringAfterwards(503);
        Agent agent = agent();
        host.runUntil(agent, "available");
        host.runUntil(agent, "idle");

        server.web.serve("/delta", delta);
        host.runUntil(agent(), "rebooting");

        assertThat(server.web.requests).noneMatch(request -> request.startsWith("/full"));
        assertThat(server.web.requests.getLast()).startsWith("/delta bytes=");
        assertThat(host.boot()).isEqualTo(two.version());
    }

    @Test
    void deltaThatIsNoSmallerIsNotTried() throws Exception {
        server.web.serve("/delta", new byte[full.length]);
        server.offered = offer(new byte[full.length]);

        assertThat(update().detours()).isEmpty();
        assertThat(server.web.requests).containsExactly("/full");
    }

    @Test
    void chunksThatAreMissingHereAreAllThatIsFetchedByAnIndex() throws Exception {
        byte[] index = offerAnIndex();

        Fetched fetched = update();

        assertThat(fetched.kind()).isEqualTo(FileKind.CHUNK_INDEX);
        assertThat(fetched.detours()).isEmpty();
        assertThat(server.web.requests).contains("/index").noneMatch(r -> r.equals("/delta"));
        assertThat(index.length).isLessThan(full.length);
    }

    @Test
    void indexThatIsNotTheSignedOneIsPassedByBeforeAnythingIsWritten() throws Exception {
        byte[] index = offerAnIndex();
        index[index.length - 1] ^= 1;

        Fetched fetched = update();

        assertThat(fetched.kind()).isEqualTo(FileKind.FULL);
        assertThat(fetched.detours())
                .isEqualTo(
                        "the chunk index: the chunk index is not the one the payload's manifest"
                                + " names");
    }

    private byte[] offerToLookInside() throws Exception {
        byte[] inside = BlockDelta.repacking(one, two, TestRelease.OUR_KEY);
        server.web.serve("/delta", inside);
        server.offered = offer(inside);
        return inside;
    }

    /** Instead of the delta; the answer is what the server serves. */
    private byte[] offerAnIndex() throws IOException {
        byte[] index = Files.readAllBytes(PayloadWriter.index(two.payload()));
        server.web.serve("/index", index);
        server.offered =
                new Offer(
                        two.version(),
                        offer(delta).full(),
                        List.of(
                                new OfferedFile(
                                        FileKind.CHUNK_INDEX,
                                        List.of(server.web.at("/index")),
                                        index.length,
                                        TestRelease.sha256(index),
                                        "")));
        return index;
    }

    private Fetched update() throws Exception {
        Agent agent = agent();
        host.runUntil(agent, "rebooting");
        assertThat(host.boot()).isEqualTo(two.version());
        return agent.memory().history().lastFetch().orElseThrow();
    }

    private Agent agent() throws IOException {
        return Agent.start(host.parts(server));
    }

    private Offer offer(byte[] smaller) {
        return new Offer(
                two.version(),
                OfferedFile.full(
                        List.of(server.web.at("/full")), full.length, TestRelease.sha256(full)),
                List.of(
                        new OfferedFile(
                                FileKind.DELTA,
                                List.of(server.web.at("/delta")),
                                smaller.length,
                                TestRelease.sha256(smaller),
                                one.rootHash().hex())));
    }
}
