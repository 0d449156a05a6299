package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.Setback;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What happens to a payload that does not come through. */
class SetbackTest {
    @TempDir Path directory;
    private TestRelease two;
    private TestHost host;

    @BeforeEach
    void offerADamagedRelease() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.server.offered = two;
        host.server.damagedByte = 0;
    }

    @Test
    void payloadThatFailsIsHeldBackAcrossRestartsOfTheDaemon() throws Exception {
        host.runFor(host.start(), Duration.ofHours(3));
        int downloads = host.server.downloads;
        int checks = host.server.checks;

        for (int i = 0; i < 5; i++) {
            host.runFor(host.start(), Duration.ofMinutes(2));
        }

        assertThat(host.server.downloads).isLessThanOrEqualTo(downloads + 1);
        assertThat(host.server.checks).isGreaterThanOrEqualTo(checks + 5);
        Setback setback = host.start().memory().history().setback().orElseThrow();
        assertThat(setback.tries()).isGreaterThan(4);
        assertThat(setback.notBefore()).isAfter(host.now);
    }

    @Test
    void newerReleaseDoesNotWaitForTheFailedOne() throws Exception {
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(3));
        host.server.damagedByte = -1;
        host.server.offered = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);

        host.runFor(host.start(), Duration.ofMinutes(2));

        assertThat(host.rebootRequests).isPositive();
        assertThat(host.start().memory().history().setback()).isEmpty();
    }

    @Test
    void operatorDoesNotWaitEither() throws Exception {
        host.runFor(host.start(), Duration.ofHours(3));
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(2));
        host.server.damagedByte = -1;

        try (var loop = new RunningLoop(agent)) {
            loop.await(() -> isAccepted(agent));
            loop.await(() -> agent.memory().state() instanceof AgentState.Rebooting);
        }

        assertThat(host.boot()).isEqualTo(two.version());
    }

    private static boolean isAccepted(Agent agent) {
        try {
            return agent.handle(new ControlRequest("POST", "/apply", JsonObject.empty())).isOk();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
