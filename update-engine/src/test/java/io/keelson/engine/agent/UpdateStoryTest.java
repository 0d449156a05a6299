package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.PartitionType;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentState;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class UpdateStoryTest {
    @TempDir Path directory;
    private TestRelease one;
    private TestRelease two;
    private TestHost host;

    @BeforeEach
    void installTheFirstRelease() throws Exception {
        one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.strategy = "lock";
    }

    @Test
    void hostWithoutAnOfferStaysIdleAndKeepsAsking() throws Exception {
        Agent agent = host.start();

        host.runFor(agent, Duration.ofHours(3));

        assertThat(agent.memory().state()).isEqualTo(new AgentState.Idle());
        assertThat(host.server.checks).isBetween(3, 6);
        assertThat(host.server.events()).isEmpty();
    }

    @Test
    void offeredReleaseIsInstalledInTheIdleSlotWhileTheOldOneRuns() throws Exception {
        host.server.offered = two;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();

        host.runUntil(agent, "waiting-for-lock");

        assertThat(host.entryNames()).containsExactly("keelson_1.1.0+3.efi", "keelson_1.0.0.efi");
        GptPartition usr = host.table().partition(Slot.B.usrNumber()).orElseThrow();
        assertThat(usr.name()).isEqualTo("keelson_1.1.0");
        assertThat(usr.id()).isEqualTo(two.rootHash().usrUuid());
        assertThat(usr.attributes()).isEqualTo(PartitionType.READ_ONLY);
        GptPartition verity = host.table().partition(Slot.B.verityNumber()).orElseThrow();
        assertThat(verity.id()).isEqualTo(two.rootHash().verityUuid());
        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1");
        assertThat(host.version()).isEqualTo(one.version());
    }

    @Test
    void hostWaitsVisiblyForTheLockAndRebootsOnceItIsFree() throws Exception {
        host.server.offered = two;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");

        JsonObject status = status(agent);
        host.runFor(agent, Duration.ofMinutes(1));
        int rebootsWhileHeld = host.rebootRequests;
        host.slots.isHeldByAnother = false;
        host.runFor(agent, Duration.ofMinutes(1));

        assertThat(status.object("lock").orElseThrow().number("position")).isEqualTo(1);
        assertThat(status.object("lock").orElseThrow().text("reason"))
                .isEqualTo("held by other-host");
        assertThat(rebootsWhileHeld).isZero();
        assertThat(host.rebootRequests).isEqualTo(1);
        assertThat(host.slots.isHeldByUs).isTrue();
    }

    @Test
    void lockIsReleasedAndSuccessReportedOnlyAfterGateAndBlessing() throws Exception {
        Agent agent = bootInto(two);

        host.runFor(agent, Duration.ofMinutes(1));
        boolean isHeldBeforeTheGate = host.slots.isHeldByUs;
        host.runGate();
        host.runUntil(agent, "idle");

        assertThat(isHeldBeforeTheGate).isTrue();
        assertThat(host.version()).isEqualTo(two.version());
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Healthy());
        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1 3/2");
        assertThat(host.server.reports.getLast().versions().previous()).isEqualTo("1.0.0");
        assertThat(host.server.reports.getLast().versions().running()).isEqualTo("1.1.0");
        assertThat(host.entryNames()).containsExactly("keelson_1.1.0.efi", "keelson_1.0.0.efi");
    }

    /** Disks that take no smaller write have their table in another place and another unit. */
    @Test
    void aHostWithSectorsOf4096BytesUpdatesAsWell() throws Exception {
        host = new TestHost(Files.createDirectory(directory.resolve("large")), one, 1, 4096);
        Agent agent = bootInto(two);

        host.runGate();
        host.runUntil(agent, "idle");

        assertThat(host.version()).isEqualTo(two.version());
        GptPartition usr = host.table().partition(Slot.B.usrNumber()).orElseThrow();
        assertThat(usr.name()).isEqualTo("keelson_1.1.0");
        assertThat(usr.firstLba() * 4096).isEqualTo((1L << 20) + (1L << 30) + (2080L << 20));
        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1 3/2");
    }

    @Test
    void reportAndLockAreRetriedUntilBothHaveAnswered() throws Exception {
        Agent agent = bootInto(two);
        host.runGate();
        host.server.isReachable = false;
        host.slots.isReachable = false;
        host.runUntil(agent, "idle");
        host.runFor(agent, Duration.ofMinutes(5));
        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofMinutes(5));

        host.server.isReachable = true;
        host.slots.isReachable = true;
        host.runFor(restarted, Duration.ofMinutes(5));

        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1 3/2");
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Healthy());
    }

    @Test
    void unhealthyReleaseBurnsItsTriesAndTheHostRemembersWhy() throws Exception {
        Agent agent = sickReleaseComesAndGoes();

        assertThat(host.version()).isEqualTo(one.version());
        String reason = "health gate failed: health.d/demo: exit code 1";
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Failed(reason));
        assertThat(host.server.events()).isEqualTo("13/1 14/1 3/1 3/0:44");
        assertThat(host.server.reports.getLast().reason()).isEqualTo(reason);
        assertThat(host.server.downloads).isEqualTo(1);
        assertThat(status(agent).objects("bad").getFirst().text("version")).isEqualTo("1.1.0");
        assertThat(status(agent).text("lastError")).isEqualTo(reason);
    }

    @Test
    void releaseWhoseContentIsBrokenFallsBackWithoutAVerdict() throws Exception {
        host.server.offered = two;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(2));
        Files.writeString(host.linux().resolve("keelson_1.1.0+3.efi"), "truncated");
        host.boot();
        Agent restarted = host.start();

        assertThat(host.version()).isEqualTo(one.version());
        assertThat(restarted.memory().history().lastError())
                .contains("release 1.1.0 never reached its health gate");
    }

    @Test
    void newerReleaseIsTakenAfterABadOne() throws Exception {
        sickReleaseComesAndGoes();
        TestRelease three = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);
        host.server.offered = three;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(1));

        host.boot();

        assertThat(host.version()).isEqualTo(three.version());
    }

    @Test
    void operatorCanRetryABadRelease() throws Exception {
        sickReleaseComesAndGoes();
        Agent agent = host.start();
        try (var loop = new RunningLoop(agent)) {
            var answer =
                    agent.handle(
                            new ControlRequest(
                                    "POST", "/apply", JsonObject.empty().with("retry", true)));
            assertThat(answer.isOk()).isTrue();
            loop.await(() -> host.rebootRequests == 2);
        }

        assertThat(host.server.downloads).isEqualTo(2);
        assertThat(host.server.checksOnDemand).isEqualTo(1);
    }

    @Test
    void serversOperatorCanRetryABadReleaseOnceForEachWish() throws Exception {
        Agent agent = sickReleaseComesAndGoes();
        host.server.retry = host.now;
        host.runFor(agent, Duration.ofHours(2));
        assertThat(host.server.downloads).isEqualTo(2);

        // The wish comes with every answer until the server has heard of the second failure.
        host.boot();
        agent = fallsBack(host.start());
        assertThat(host.version()).isEqualTo(one.version());
        assertThat(host.server.downloads).isEqualTo(2);

        host.server.retry = host.now;
        host.runFor(agent, Duration.ofHours(2));
        assertThat(host.server.downloads).isEqualTo(3);
    }

    @Test
    void whatFailedAfterTheWishIsNotForgiven() throws Exception {
        host.server.retry = host.now;
        sickReleaseComesAndGoes();

        assertThat(host.server.downloads).isEqualTo(1);
    }

    @Test
    void plainCheckDoesNotAskForWhatFailedHere() throws Exception {
        sickReleaseComesAndGoes();
        Agent agent = host.start();
        int checks = host.server.checks;
        try (var loop = new RunningLoop(agent)) {
            var answer = agent.handle(new ControlRequest("POST", "/check", JsonObject.empty()));
            assertThat(answer.isOk()).isTrue();
            loop.await(() -> host.server.checks > checks);
        }

        assertThat(host.server.checksOnDemand).isZero();
        assertThat(host.server.downloads).isEqualTo(1);
    }

    @Test
    void payloadSignedByAForeignKeyIsRefusedBeforeAnythingIsWritten() throws Exception {
        var tableBefore = host.table();
        var entriesBefore = host.entryNames();

        Agent agent = forgedReleaseIsOffered();

        assertThat(host.power.diskChanges()).isZero();
        assertThat(host.table()).isEqualTo(tableBefore);
        assertThat(host.entryNames()).isEqualTo(entriesBefore);
        assertThat(host.server.downloads).isEqualTo(1);
        assertThat(host.server.events()).isEqualTo("13/1 3/0:26");
        assertThat(host.server.reports.getLast().reason())
                .startsWith("refused before anything is written to a slot: ")
                .contains("signed by 0 of the trusted keys");
        assertThat(status(agent).text("lastError"))
                .startsWith("refused before anything is written to a slot: ");
    }

    @Test
    void forgedPayloadDoesNotKeepTheTrueReleaseOfThatVersionAway() throws Exception {
        Agent refusing = forgedReleaseIsOffered();
        assertThat(refusing.memory().bad()).hasSize(1);
        host.server.offered = TestRelease.build(directory, "1.3.0", TestRelease.OUR_KEY);
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(1));

        assertThat(host.boot().text()).isEqualTo("1.3.0");
    }

    @Test
    void olderReleaseIsNotEvenFetched() throws Exception {
        host.server.offered = TestRelease.build(directory, "0.9.0", TestRelease.OUR_KEY);
        Agent agent = host.start();

        host.runFor(agent, Duration.ofHours(2));

        assertThat(host.server.downloads).isZero();
    }

    @Test
    void fullEspIsFoundBeforeAnythingIsRemoved() throws Exception {
        host.server.offered = two;
        host.espBytes = 1 << 20;
        var entriesBefore = host.entryNames();
        Agent agent = host.start();

        host.runFor(agent, Duration.ofMinutes(30));

        assertThat(host.power.diskChanges()).isZero();
        assertThat(host.entryNames()).isEqualTo(entriesBefore);
        assertThat(host.server.reports.getLast().errorCode()).hasValue(60);
        assertThat(agent.memory().history().lastError().orElseThrow()).contains("the ESP has");
    }

    @Test
    void leftOverOfAnInterruptedCopyIsOverwritten() throws Exception {
        Files.write(host.linux().resolve("keelson.update.part"), new byte[100_000]);
        host.server.offered = two;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(5));

        assertThat(host.boot()).isEqualTo(two.version());
        assertThat(host.linux().resolve("keelson.update.part")).doesNotExist();
    }

    @Test
    void lostGrantStopsTheReboot() throws Exception {
        host.server.offered = two;
        host.slots.isFenced = true;
        Agent agent = host.start();

        host.runFor(agent, Duration.ofMinutes(2));

        assertThat(host.rebootRequests).isZero();
    }

    @Test
    void hostWithStrategyOffWaitsForItsOperator() throws Exception {
        host.strategy = "off";
        host.server.offered = two;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(5));
        int unasked = host.rebootRequests;
        try (var loop = new RunningLoop(agent)) {
            agent.handle(new ControlRequest("POST", "/reboot", JsonObject.empty()));
            loop.await(() -> host.rebootRequests == 1);
        }

        assertThat(unasked).isZero();
        assertThat(agent.memory().state().text()).isEqualTo("rebooting");
    }

    @Test
    void updatesGoFromSlotToSlot() throws Exception {
        for (String version : new String[] {"1.1.0", "1.2.0", "1.3.0"}) {
            Agent agent = bootInto(TestRelease.build(directory, version, TestRelease.OUR_KEY));
            host.runGate();
            host.runUntil(agent, "idle");
            host.runFor(agent, Duration.ofMinutes(1));
            assertThat(host.version().text()).isEqualTo(version);
        }

        assertThat(host.entryNames()).containsExactly("keelson_1.3.0.efi", "keelson_1.2.0.efi");
        assertThat(host.slots.outcomes).hasSize(3).containsOnly(new Outcome.Healthy());
    }

    @Test
    void operatorGoesBackToTheOtherSlot() throws Exception {
        Agent agent = bootInto(two);
        host.runGate();
        host.runUntil(agent, "idle");
        try (var loop = new RunningLoop(agent)) {
            var answer = agent.handle(new ControlRequest("POST", "/rollback", JsonObject.empty()));
            assertThat(answer.isOk()).isTrue();
            loop.await(() -> host.rebootRequests == 2);
        }
        host.boot();
        Agent back = host.start();
        host.runGate();
        host.runUntil(back, "idle");
        host.runFor(back, Duration.ofHours(3));

        assertThat(host.version()).isEqualTo(one.version());
        assertThat(host.entryNames()).containsExactly("keelson_1.0.0.efi", "keelson_1.1.0+0.efi");
        assertThat(host.server.reports.getLast().errorCode()).hasValue(44);
        assertThat(host.server.reports.getLast().reason()).isEqualTo("an operator went back");
        assertThat(host.server.downloads).isEqualTo(1);
        assertThat(host.slots.isHeldByUs).isFalse();
    }

    @Test
    void operatorCancelsAnUpdateThatWaitsForItsReboot() throws Exception {
        host.server.offered = two;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");
        try (var _ = new RunningLoop(agent)) {
            var answer = agent.handle(new ControlRequest("POST", "/rollback", JsonObject.empty()));
            assertThat(answer.isOk()).isTrue();
        }

        assertThat(host.entryNames()).containsExactly("keelson_1.0.0.efi", "keelson_1.1.0+0.efi");
        assertThat(host.boot()).isEqualTo(one.version());
    }

    @Test
    void goingBackWithoutAnotherReleaseIsRefused() throws Exception {
        Agent agent = host.start();
        try (var _ = new RunningLoop(agent)) {
            var answer = agent.handle(new ControlRequest("POST", "/rollback", JsonObject.empty()));

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.body().text("message"))
                    .isEqualTo("the other slot holds no release that can boot");
        }
    }

    @Test
    void runningReleaseOnTrialKeepsTheOtherSlotAsItIs() throws Exception {
        host.strategy = "immediate";
        Agent agent = bootInto(two);
        host.server.offered = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);

        host.runFor(agent, Duration.ofHours(2));

        assertThat(agent.memory().state().text()).isEqualTo("confirming");
        assertThat(host.entryNames()).containsExactly("keelson_1.1.0+2-1.efi", "keelson_1.0.0.efi");
    }

    private Agent sickReleaseComesAndGoes() throws Exception {
        return fallsBack(bootInto(two));
    }

    private Agent fallsBack(Agent tried) throws Exception {
        Agent agent = tried;
        host.isGateHealthy = false;
        for (int boot = 0; boot < 3; boot++) {
            host.runGate();
            host.runFor(agent, Duration.ofSeconds(10));
            assertThat(agent.memory().state().text()).isEqualTo("confirming");
            host.boot();
            agent = host.start();
        }
        host.isGateHealthy = true;
        host.runGate();
        AgentState afterBoot = agent.memory().state();
        host.runUntil(agent, "idle");
        host.runFor(agent, Duration.ofHours(5));
        assertThat(afterBoot).isInstanceOf(AgentState.RolledBack.class);
        return agent;
    }

    private Agent forgedReleaseIsOffered() throws Exception {
        host.server.offered = TestRelease.build(directory, "1.3.0", TestRelease.FOREIGN_KEY);
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(3));
        return agent;
    }

    private Agent bootInto(TestRelease release) throws Exception {
        host.server.offered = release;
        Agent agent = host.start();
        int before = host.rebootRequests;
        for (int i = 0; i < 100 && host.rebootRequests == before; i++) {
            host.now = host.now.plus(agent.step()).plusMillis(1);
        }
        host.boot();
        return host.start();
    }

    private static JsonObject status(Agent agent) throws InterruptedException {
        return agent.handle(new ControlRequest("GET", "/status", JsonObject.empty())).body();
    }
}
