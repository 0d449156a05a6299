package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A boot that is not well is left by a reboot only where the next one can be another. */
class SickBootTest {
    private static final String REASON = "health gate failed: health.d/demo: exit code 1";

    @TempDir Path directory;
    private TestHost host;

    @BeforeEach
    void installTheFirstRelease() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.strategy = "lock";
    }

    @Test
    void blessedReleaseThatIsUnwellStaysUpAndTellsTheServerOnce() throws Exception {
        Agent agent = host.start();
        host.isGateHealthy = false;
        host.runGate();

        host.runFor(agent, Duration.ofHours(3));
        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofHours(3));

        assertThat(host.rebootRequests).isZero();
        assertThat(restarted.memory().history().lastError()).contains(REASON);
        assertThat(host.server.events()).isEqualTo("3/0:1");
        assertThat(host.server.reports.getLast().reason()).isEqualTo(REASON);
        assertThat(restarted.memory().bad()).isEmpty();
    }

    @Test
    void everyBootThatIsUnwellIsTold() throws Exception {
        host.isGateHealthy = false;
        for (int boot = 0; boot < 2; boot++) {
            host.boot();
            Agent agent = host.start();
            host.runGate();
            host.runFor(agent, Duration.ofMinutes(10));
        }

        assertThat(host.server.events()).isEqualTo("3/0:1 3/0:1");
    }

    @Test
    void serverSaysWhenItIsAskedAgain() throws Exception {
        host.server.interval = Optional.of(Duration.ofMinutes(5));
        Agent agent = host.start();

        host.runFor(agent, Duration.ofHours(1));

        // By itself the host would have asked twice.
        assertThat(host.server.checks).isBetween(10, 13);
    }

    @Test
    void checkThatIsAnsweredEndsTheErrorOfTheOneBefore() throws Exception {
        host.server.isReachable = false;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(10));
        var error = agent.memory().history().error();
        host.server.isReachable = true;

        host.runFor(agent, Duration.ofHours(2));

        assertThat(error.orElseThrow().reason()).isEqualTo("unreachable");
        assertThat(error.orElseThrow().isOfCheck()).isTrue();
        assertThat(agent.memory().history().error()).isEmpty();
    }

    @Test
    void releaseOnTrialIsNotRebootedForEverWhereNothingElseBoots() throws Exception {
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        host.runFor(agent, Duration.ofSeconds(10));
        host.isGateHealthy = false;
        Files.delete(host.linux().resolve("keelson_1.0.0.efi"));
        for (int boot = 0; boot < 3; boot++) {
            host.boot();
            agent = host.start();
            host.runGate();
            host.runFor(agent, Duration.ofMinutes(5));
        }
        int before = host.rebootRequests;

        host.runFor(agent, Duration.ofHours(5));

        assertThat(host.rebootRequests).isEqualTo(before);
        assertThat(agent.memory().state().text()).isEqualTo("idle");
        assertThat(agent.memory().history().lastError()).contains(REASON);
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Failed(REASON));
    }
}
