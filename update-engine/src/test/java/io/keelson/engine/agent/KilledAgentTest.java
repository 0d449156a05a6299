package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.state.Report;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** The daemon is killed in every state, in the middle of its work; the machine runs on. */
class KilledAgentTest {
    private static final int KILLS_MAX = 200;
    private static final int STEPS_MAX = 200;

    @TempDir Path directory;
    private final Set<String> killedIn = new TreeSet<>();
    private TestRelease one;
    private TestRelease two;

    @BeforeEach
    void buildTwoReleases() throws Exception {
        one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
    }

    @Test
    void killedAtAnyChangeItStillBringsTheUpdateHome() throws Exception {
        int kills = 0;
        while (isKilledAtChange(kills + 1)) {
            kills++;
            assertThat(kills).isLessThan(KILLS_MAX);
        }

        assertThat(kills).as("changes in one update").isGreaterThan(20);
        assertThat(killedIn).contains("checking", "downloading", "finalizing", "rebooting");
    }

    @Test
    void killedBetweenAnyTwoStepsItStillBringsTheUpdateHome() throws Exception {
        int kills = 0;
        while (isKilledBeforeStep(kills)) {
            kills++;
            assertThat(kills).isLessThan(KILLS_MAX);
        }

        assertThat(killedIn)
                .contains(
                        "available",
                        "checking",
                        "confirming",
                        "idle",
                        "rebooting",
                        "reporting",
                        "updated-needs-reboot",
                        "waiting-for-lock");
    }

    @Test
    void killedAtAnyChangeAfterAFallBackItIsStillToldAndTheHostGoesOn() throws Exception {
        int kills = 0;
        while (isKilledAfterFallBack(kills + 1)) {
            kills++;
            assertThat(kills).isLessThan(KILLS_MAX);
        }

        assertThat(kills).as("changes after a fall-back").isGreaterThan(3);
        assertThat(killedIn).contains("rolled-back");
    }

    private boolean isKilledAfterFallBack(int change) throws Exception {
        TestHost host = host("fall-back-" + change, change);
        host.runUntil(host.start(), "rebooting");
        host.isGateHealthy = false;
        for (int boot = 0; boot < 3; boot++) {
            assertThat(host.boot()).isEqualTo(two.version());
            host.runGate();
        }
        host.isGateHealthy = true;
        assertThat(host.boot()).isEqualTo(one.version());
        host.runGate();
        host.power.cutAtChange(change);
        boolean isKilled = false;
        try {
            Agent agent = host.start();
            killedIn.add(agent.memory().state().text());
            host.runFor(agent, Duration.ofHours(1));
        } catch (PowerCut _) {
            isKilled = true;
        }
        host.power.neverCut();
        Agent last = host.start();
        host.runFor(last, Duration.ofHours(2));

        assertThat(last.memory().state().text()).as("change %d", change).isEqualTo("idle");
        assertThat(host.server.events()).as("change %d", change).contains("3/0:44");
        assertThat(host.slots.outcomes.getLast())
                .as("change %d", change)
                .isInstanceOf(Outcome.Failed.class);
        assertThat(last.memory().bad()).hasSize(1);
        assertThat(host.version()).isEqualTo(one.version());
        Files.delete(host.disk());
        return isKilled;
    }

    private boolean isKilledAtChange(int change) throws Exception {
        TestHost host = host("change-" + change, change);
        host.power.cutAtChange(change);
        boolean isKilled = false;
        for (int life = 0; life < 12 && !isHome(host); life++) {
            Agent agent = host.start();
            try {
                live(host, agent, STEPS_MAX);
            } catch (PowerCut _) {
                isKilled = true;
                killedIn.add(agent.memory().state().text());
                host.power.neverCut();
            }
        }
        requireHome(host, "killed at change " + change);
        return isKilled;
    }

    private boolean isKilledBeforeStep(int step) throws Exception {
        TestHost host = host("step-" + step, step + 1);
        host.slots.isHeldByAnother = true;
        int steps = step;
        boolean isKilled = false;
        for (int life = 0; life < 12 && !isHome(host); life++) {
            Agent agent = host.start();
            int boots = host.boots;
            int done = live(host, agent, steps);
            boolean isBooted = host.boots > boots;
            if (!isKilled && !isBooted && done == steps && !isHome(host)) {
                isKilled = true;
                killedIn.add(agent.memory().state().text());
                steps = STEPS_MAX;
            } else {
                steps -= isKilled ? 0 : done;
            }
        }
        requireHome(host, "killed before step " + step);
        return isKilled;
    }

    /** Steps, boots and gates; ends with a reboot, when all is done, or after so many steps. */
    private int live(TestHost host, Agent agent, int steps) throws Exception {
        int before = host.rebootRequests;
        for (int step = 0; step < steps; step++) {
            host.now = host.now.plus(agent.step()).plusMillis(1);
            // Others hold the slot for one look only.
            host.slots.isHeldByAnother &= !agent.memory().state().text().equals("waiting-for-lock");
            if (host.rebootRequests > before) {
                host.boot();
                host.runGate();
                return step + 1;
            }
            if (isHome(host)) {
                return step + 1;
            }
        }
        return steps;
    }

    private TestHost host(String name, int seed) throws Exception {
        var host = new TestHost(Files.createDirectory(directory.resolve(name)), one, seed);
        host.strategy = "lock";
        host.server.offered = two;
        return host;
    }

    /** The server has heard 3/2, the end of a good update, and the slot is free again. */
    private boolean isHome(TestHost host) {
        return !host.slots.outcomes.isEmpty()
                && !host.server.reports.isEmpty()
                && isEnd(host.server.reports.getLast());
    }

    private static boolean isEnd(Report report) {
        return report.type() == 3 && report.result() == 2;
    }

    private void requireHome(TestHost host, String how) throws Exception {
        assertThat(host.version()).as("release, %s", how).isEqualTo(two.version());
        assertThat(isHome(host)).as("told the server and the lock, %s", how).isTrue();
        assertThat(host.slots.outcomes).as(how).containsOnly(new Outcome.Healthy());
        assertThat(host.slots.isHeldByUs).as("holds the slot, %s", how).isFalse();
        assertThat(host.entryNames())
                .as(how)
                .containsExactly("keelson_1.1.0.efi", "keelson_1.0.0.efi");
        Files.delete(host.disk());
    }
}
