package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.Report;
import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.generate.DowngradeSigning;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A server sends a host to an older release, with and without the channel's statement. */
class DowngradeTest {
    private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CHANGES_MAX = 200;

    @TempDir Path directory;
    private TestRelease older;
    private TestRelease newer;

    @BeforeEach
    void buildTwoReleases() throws Exception {
        older = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        newer = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
    }

    @Test
    void theStatementLeadsToTheOlderReleaseAndUpdatesGoOnFromThere() throws Exception {
        TestHost host = host("host", 1);
        host.server.downgrade = statement(TestRelease.OUR_KEY, "stable", "1.1.0", older, 7);

        untilReboot(host, host.start());
        var names = host.entryNames();
        host.boot();
        finish(host);

        assertThat(names).containsExactly("keelson_1.0.0+3.efi", "keelson_1.1.0+0.efi");
        assertThat(host.version()).isEqualTo(older.version());
        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1 3/2");
        assertThat(host.server.reports.getLast().versions())
                .isEqualTo(new Report.Versions("1.0.0", "1.1.0", ""));
        TestRelease newest = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);
        host.server.offered = newest;
        finish(host);
        assertThat(host.version()).isEqualTo(newest.version());
    }

    @ParameterizedTest(name = "{0}: {5}")
    @CsvSource({
        "foreign, stable, 1.1.0, same,  7, is not signed with an update key of this host",
        "ours,    beta,   1.1.0, same,  7, 'is for channel beta, not stable'",
        "ours,    stable, 1.0.5, same,  7, 'is for hosts on 1.0.5, not on 1.1.0'",
        "ours,    stable, 1.1.0, other, 7, names another payload of 1.0.0 than the one on offer",
        "ours,    stable, 1.1.0, same,  1, was good until 2026-01-02T00:00:00Z",
    })
    void aStatementThatDoesNotHoldIsRefusedInOneSentenceThatTheServerHearsOnce(
            String key, String channel, String from, String payload, int days, String why)
            throws Exception {
        TestHost host = host("host", 1);
        host.now = ISSUED.plus(Duration.ofDays(3));
        host.server.downgrade =
                statement(
                        key.equals("ours") ? TestRelease.OUR_KEY : TestRelease.FOREIGN_KEY,
                        channel,
                        from,
                        payload.equals("same")
                                ? older
                                : TestRelease.build(
                                        Files.createDirectory(directory.resolve("again")),
                                        "1.0.0",
                                        TestRelease.FOREIGN_KEY),
                        days);
        Agent agent = host.start();

        host.runFor(agent, Duration.ofHours(5));

        String sentence = "downgrade from 1.1.0 to 1.0.0 refused: the channel's statement " + why;
        assertThat(host.server.checks).isGreaterThan(2);
        assertThat(host.server.events()).isEqualTo("3/0:35");
        assertThat(host.server.reports.getFirst().reason()).isEqualTo(sentence);
        assertThat(agent.memory().history().lastError()).contains(sentence);
        assertThat(host.server.downloads).isZero();
        assertThat(host.entryNames()).containsExactly("keelson_1.1.0.efi");
    }

    @Test
    void garbageInsteadOfAStatementIsRefusedToo() throws Exception {
        TestHost host = host("host", 1);
        host.server.downgrade = "?";

        host.runFor(host.start(), Duration.ofHours(2));

        assertThat(host.server.events()).isEqualTo("3/0:35");
        assertThat(host.server.reports.getFirst().reason())
                .startsWith(
                        "downgrade from 1.1.0 to 1.0.0 refused: the channel's statement is"
                                + " unreadable");
    }

    @Test
    void anOlderReleaseThatIsUnwellGivesWayToTheNewerAndIsNotTriedAgain() throws Exception {
        TestHost host = host("host", 1);
        host.server.downgrade = statement(TestRelease.OUR_KEY, "stable", "1.1.0", older, 7);
        untilReboot(host, host.start());
        host.isGateHealthy = false;
        for (int boot = 0; boot < 3; boot++) {
            assertThat(host.boot()).isEqualTo(older.version());
            Agent agent = host.start();
            host.runGate();
            untilReboot(host, agent);
        }
        host.isGateHealthy = true;

        ReleaseVersion booted = host.boot();
        finish(host);

        assertThat(booted).isEqualTo(newer.version());
        assertThat(host.version()).isEqualTo(newer.version());
        assertThat(host.entryNames()).containsExactly("keelson_1.1.0.efi", "keelson_1.0.0+0-3.efi");
        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1 3/0:44");
        assertThat(host.server.reports.getLast().reason()).contains("health.d/demo: exit code 1");
    }

    @Test
    void anOperatorTakesItBackBeforeTheReboot() throws Exception {
        TestHost host = host("host", 1);
        host.strategy = "off";
        host.server.downgrade = statement(TestRelease.OUR_KEY, "stable", "1.1.0", older, 7);
        Agent agent = host.start();
        host.runUntil(agent, "updated-needs-reboot");

        int status;
        try (var _ = new RunningLoop(agent)) {
            status =
                    agent.handle(new ControlRequest("POST", "/rollback", JsonObject.empty()))
                            .status();
        }

        assertThat(status).isEqualTo(200);
        assertThat(host.entryNames()).containsExactly("keelson_1.1.0.efi", "keelson_1.0.0+0.efi");
        assertThat(host.boot()).isEqualTo(newer.version());
        host.runFor(host.start(), Duration.ofHours(3));
        assertThat(host.entryNames()).containsExactly("keelson_1.1.0.efi", "keelson_1.0.0+0.efi");
    }

    @Test
    void anyPowerCutBootsOneOfTheTwoAndTheOlderStillArrives() throws Exception {
        int cuts = 0;
        while (isCut(cuts + 1)) {
            cuts++;
            assertThat(cuts).isLessThan(CHANGES_MAX);
        }

        assertThat(cuts).as("durable changes in one downgrade").isGreaterThan(20);
    }

    private boolean isCut(int change) throws Exception {
        TestHost host = host("host-" + change, change);
        host.server.downgrade = statement(TestRelease.OUR_KEY, "stable", "1.1.0", older, 7);
        boolean isCut = false;
        try {
            Agent agent = host.start();
            host.power.cutAtChange(change);
            untilReboot(host, agent);
        } catch (PowerCut _) {
            isCut = true;
        }
        host.losePower();
        assertThat(host.boot())
                .as("release after the power cut at change %d", change)
                .isIn(older.version(), newer.version());
        finish(host);
        assertThat(host.version())
                .as("release in the end, power cut at change %d", change)
                .isEqualTo(older.version());
        assertThat(host.server.events()).as("cut at %d", change).doesNotContain("3/0");
        Files.delete(host.disk());
        return isCut;
    }

    private TestHost host(String name, int seed) throws Exception {
        var host = new TestHost(Files.createDirectory(directory.resolve(name)), newer, seed);
        host.server.offered = older;
        return host;
    }

    private static String statement(
            KeyPair key, String channel, String from, TestRelease to, int days) throws IOException {
        var statement =
                new DowngradeStatement(
                        channel,
                        DowngradeStatement.from(List.of(from)),
                        to.version(),
                        TestRelease.sha256(Files.readAllBytes(to.payload())),
                        ISSUED,
                        ISSUED.plus(Duration.ofDays(days)));
        return DowngradeSigning.sign(statement, List.of(key.getPrivate())).packed();
    }

    private static void untilReboot(TestHost host, Agent agent) throws Exception {
        int before = host.rebootRequests;
        for (int i = 0; i < 2000 && host.rebootRequests == before; i++) {
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
