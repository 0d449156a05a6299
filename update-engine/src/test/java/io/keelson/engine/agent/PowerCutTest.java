package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The power goes at every durable change of an update, one after the other. */
class PowerCutTest {
    private static final int CHANGES_MAX = 200;

    @TempDir Path directory;

    @Test
    void anyPowerCutBootsTheOldOrTheNewReleaseAndTheUpdateStillArrives() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        TestRelease two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        TestRelease three = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);

        int cuts = 0;
        while (isCut(cuts + 1, one, two, three)) {
            cuts++;
            assertThat(cuts).isLessThan(CHANGES_MAX);
        }

        assertThat(cuts).as("durable changes in one update").isGreaterThan(20);
    }

    /** Updates a fresh host twice, the second time over a used slot with the power cut. */
    private boolean isCut(int change, TestRelease one, TestRelease two, TestRelease three)
            throws Exception {
        Path home = Files.createDirectory(directory.resolve("host-" + change));
        var host = new TestHost(home, one, change);
        update(host, two);
        host.server.offered = three;
        boolean isCut = false;
        try {
            Agent agent = host.start();
            host.power.cutAtChange(change);
            untilReboot(host, agent);
        } catch (PowerCut _) {
            isCut = true;
        }
        host.losePower();
        ReleaseVersion booted = host.boot();
        assertThat(booted)
                .as("release after the power cut at change %d", change)
                .isIn(two.version(), three.version());
        finish(host);
        assertThat(host.version())
                .as("release in the end, power cut at change %d", change)
                .isEqualTo(three.version());
        Files.delete(host.disk());
        return isCut;
    }

    private static void update(TestHost host, TestRelease release) throws Exception {
        host.server.offered = release;
        untilReboot(host, host.start());
        host.boot();
        finish(host);
        assertThat(host.version()).isEqualTo(release.version());
    }

    private static void untilReboot(TestHost host, Agent agent) throws Exception {
        int before = host.rebootRequests;
        for (int i = 0; i < 100 && host.rebootRequests == before; i++) {
            host.now = host.now.plus(agent.step()).plusMillis(1);
        }
    }

    /** Boots and gates until the host rests. */
    private static void finish(TestHost host) throws Exception {
        for (int i = 0; i < 5; i++) {
            Agent agent = host.start();
            host.runGate();
            int before = host.rebootRequests;
            host.runFor(agent, Duration.ofHours(2));
            if (host.rebootRequests == before) {
                return;
            }
            host.boot();
        }
        throw new AssertionError("the host keeps rebooting");
    }
}
