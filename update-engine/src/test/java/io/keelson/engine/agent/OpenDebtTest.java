package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.LockDebt;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A host that came back well while the lock cannot be reached. */
class OpenDebtTest {
    @TempDir Path directory;
    private TestHost host;
    private Agent agent;

    @BeforeEach
    void rebootAndLoseTheLock() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.strategy = "lock";
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        Agent before = host.start();
        host.runUntil(before, "rebooting");
        host.runFor(before, Duration.ofSeconds(10));
        host.boot();
        agent = host.start();
        host.runGate();
        host.slots.isReachable = false;
        host.runUntil(agent, "idle");
    }

    @Test
    void slotIsHandedBackBeforeTheNextCheck() throws Exception {
        host.server.offered = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);
        int checks = host.server.checks;

        host.runFor(agent, Duration.ofMinutes(55));
        int checksInDebt = host.server.checks;
        host.slots.isReachable = true;
        host.runFor(agent, Duration.ofHours(2));

        assertThat(checksInDebt).isEqualTo(checks);
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Healthy());
        assertThat(host.server.downloads).isEqualTo(2);
    }

    @Test
    void lockThatStaysAwayKeepsTheHostFromRebootingAndNotFromUpdates() throws Exception {
        host.server.offered = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);

        host.runFor(agent, Duration.ofHours(3));

        assertThat(agent.memory().state())
                .isInstanceOfSatisfying(
                        AgentState.WaitingForLock.class,
                        waiting ->
                                assertThat(waiting.reason())
                                        .isEqualTo(
                                                "the slot of the last reboot is not handed back yet"));
        assertThat(host.rebootRequests).isEqualTo(1);
        JsonObject lock =
                agent.handle(new ControlRequest("GET", "/status", JsonObject.empty()))
                        .body()
                        .object("lock")
                        .orElseThrow();
        assertThat(lock.text("releaseProblem"))
                .startsWith("not since 2026-01-01T00:")
                .endsWith("etcd does not answer");
    }

    @Test
    void operatorWhoWantsACheckGetsIt() throws Exception {
        host.runFor(agent, Duration.ofMinutes(2));
        int checks = host.server.checks;

        try (var loop = new RunningLoop(agent)) {
            assertThat(agent.handle(post("/check")).isOk()).isTrue();
            loop.await(() -> host.server.checks == checks + 1);
        }
    }

    @Test
    void cancelKeepsWhatTheLockMustStillBeTold() throws Exception {
        try (var loop = new RunningLoop(agent)) {
            assertThat(agent.handle(post("/reboot")).isOk()).isTrue();
            loop.await(() -> agent.memory().state() instanceof AgentState.WaitingForLock);
            assertThat(agent.handle(post("/rollback")).isOk()).isTrue();
        }

        assertThat(agent.memory().lockDebt()).contains(new LockDebt.Healthy());
        assertThat(host.rebootRequests).isEqualTo(1);
    }

    private static ControlRequest post(String path) {
        return new ControlRequest("POST", path, JsonObject.empty());
    }
}
