package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class LostVerdictTest {
    private static final String REASON = "the health gate ended without a verdict";

    @TempDir Path directory;
    private TestHost host;

    @BeforeEach
    void installTheFirstRelease() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.strategy = "lock";
    }

    @Test
    void gateThatCrashedEndsTheBootAsFailed() throws Exception {
        Agent agent = rebootOnDemand();
        host.isGateCrashed = true;

        host.runUntil(agent, "idle");
        host.runFor(agent, Duration.ofMinutes(1));

        assertThat(host.slots.outcomes).containsExactly(new Outcome.Failed(REASON));
        assertThat(host.server.reports.getLast().reason()).isEqualTo(REASON);
        assertThat(agent.memory().history().lastError()).contains(REASON);
    }

    @Test
    void gateThatNeverSpeaksIsWaitedForNoLongerThanTwentyMinutes() throws Exception {
        Agent agent = rebootOnDemand();

        host.runFor(agent, Duration.ofMinutes(19));
        String stateBefore = agent.memory().state().text();
        host.runFor(agent, Duration.ofMinutes(3));

        assertThat(stateBefore).isEqualTo("confirming");
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Failed(REASON));
    }

    @Test
    void trialBootThatNobodyEndsIsEndedByTheAgent() throws Exception {
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        host.runFor(agent, Duration.ofSeconds(10));
        host.boot();
        Agent onTrial = host.start();

        host.runFor(onTrial, Duration.ofMinutes(19));
        int rebootsBefore = host.rebootRequests;
        host.runFor(onTrial, Duration.ofMinutes(3));

        assertThat(rebootsBefore).isEqualTo(1);
        assertThat(host.rebootRequests).isEqualTo(2);
        assertThat(onTrial.memory().state().text()).isEqualTo("confirming");
        assertThat(host.slots.isHeldByUs).isTrue();
    }

    private Agent rebootOnDemand() throws Exception {
        Agent agent = host.start();
        try (var loop = new RunningLoop(agent)) {
            assertThat(
                            agent.handle(new ControlRequest("POST", "/reboot", JsonObject.empty()))
                                    .isOk())
                    .isTrue();
            loop.await(() -> host.rebootRequests == 1);
        }
        host.boot();
        return host.start();
    }
}
