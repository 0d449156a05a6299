package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.json.StateFile;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** From the slot to the reboot, where the lock, systemd, an operator or a restart comes between. */
class LeavingTest {
    private static final String NIGHT =
            "REBOOT_WINDOWS=daily 02:00-03:00 UTC\nREBOOT_WARNING=300\n";

    @TempDir Path directory;
    private TestHost host;

    @BeforeEach
    void offerARelease() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.strategy = "lock";
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
    }

    @Test
    void lockThatIsAwayForAMomentCostsNoSecondDrain() throws Exception {
        host.slots.isCommitLost = true;
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        host.runFor(agent, Duration.ofSeconds(20));
        host.slots.isCommitLost = false;

        host.runFor(agent, Duration.ofSeconds(20));

        assertThat(host.rebootRequests).isEqualTo(1);
        assertThat(host.departure.deeds).containsExactly("drain");
    }

    @Test
    void lockThatStaysAwayGetsItsSlotBackAndTheHostItsWork() throws Exception {
        host.slots.isCommitLost = true;
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");

        host.runFor(agent, Duration.ofSeconds(70));

        assertThat(host.rebootRequests).isZero();
        assertThat(host.departure.deeds.subList(0, 2)).containsExactly("drain", "undrain");
        assertThat(host.slots.outcomes.getFirst())
                .isEqualTo(
                        new Outcome.Abandoned(
                                "the lock did not confirm the grant: etcd does not answer"));
    }

    @Test
    void hostThatGoesDownIsAskedOnceInFiveMinutesAndNotDrainedAgain() throws Exception {
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        host.server.isReachable = false;

        host.runFor(agent, Duration.ofMinutes(4));
        int early = host.rebootRequests;
        // Nothing of this is asked any more: the group may count on the reboot.
        host.slots.isFenced = true;
        host.departure.blocker = Optional.of("backup blocks a shutdown: writes the tape");
        host.runFor(agent, Duration.ofMinutes(2));

        assertThat(early).isEqualTo(1);
        assertThat(host.rebootRequests).isEqualTo(2);
        assertThat(host.departure.deeds).containsExactly("drain");
        assertThat(host.slots.outcomes).isEmpty();
    }

    @Test
    void rebootThatSystemdRefusesHandsTheSlotBackAndIsTriedLater() throws Exception {
        host.rebootFailure = Optional.of("asking for the reboot failed: no");
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");
        host.runFor(agent, Duration.ofMinutes(5));

        assertThat(host.slots.outcomes)
                .containsExactly(new Outcome.Abandoned("asking for the reboot failed: no"));
        assertThat(host.departure.deeds).containsExactly("drain", "undrain");

        host.rebootFailure = Optional.empty();
        host.runFor(agent, Duration.ofMinutes(4));
        assertThat(host.rebootRequests).isEqualTo(1);
    }

    @Test
    void daemonRestartedWhileItDrainsTakesTheDrainBackOnceTheWindowIsOver() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.now = Instant.parse("2026-01-01T02:10:00Z");
        host.runUntil(host.start(), "rebooting");
        host.now = Instant.parse("2026-01-01T02:55:00Z");

        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofMinutes(1));

        assertThat(host.rebootRequests).isZero();
        assertThat(host.departure.deeds).containsExactly("drain", "undrain");
        assertThat(host.slots.isHeldByUs).isFalse();
    }

    @Test
    void drainThatAnotherDaemonBeganIsTakenBackAsAWhole() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.now = Instant.parse("2026-01-01T02:10:00Z");
        host.slots.isCommitLost = true;
        Agent killed = host.start();
        host.runUntil(killed, "rebooting");
        host.runFor(killed, Duration.ofSeconds(10));
        host.now = Instant.parse("2026-01-01T02:55:00Z");

        host.runFor(host.start(), Duration.ofMinutes(1));

        assertThat(host.departure.deeds).containsExactly("drain", "drain", "undrain all");
    }

    @Test
    void drainThatIsStillToBeTakenBackIsTakenBackByTheNextDaemon() throws Exception {
        host.slots.isHeldByAnother = true;
        Agent killed = host.start();
        host.runUntil(killed, "waiting-for-lock");
        var file = new StateFile(host.root.resolve("state/state.json"));
        file.save(killed.memory().withDrain(Optional.of(host.bootId())));

        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofMinutes(1));

        assertThat(host.departure.deeds).containsExactly("undrain all");
        assertThat(restarted.memory().isDrained(host.bootId())).isFalse();
    }

    @Test
    void espThatCannotBeReadKeepsNoDaemonFromStarting() throws Exception {
        host.strategy = "off";
        host.runUntil(host.start(), "updated-needs-reboot");
        Path away = host.esp.resolveSibling("away");
        Files.move(host.esp, away);

        Agent restarted = host.start();

        assertThat(restarted.memory().state()).isInstanceOf(AgentState.UpdatedNeedReboot.class);
    }

    @Test
    void successorThatAsksTheSameGroupKeepsThePlaceInLine() throws Exception {
        host.slots.isHeldByAnother = true;
        host.runUntil(host.start(), "waiting-for-lock");
        retireFor("");
        int keeping = host.slots.linesLeft;

        retireFor("LOCK_GROUP=web\n");

        assertThat(keeping).isZero();
        assertThat(host.slots.linesLeft).isEqualTo(1);
    }

    private void retireFor(String settings) throws Exception {
        Agent agent = host.start();
        try (var loop = new RunningLoop(agent)) {
            host.settings = settings;
            agent.retire(host.parts());
            loop.await(() -> !loop.isAlive());
        }
    }

    @Test
    void strategyOffHandsBackWhatAnotherStrategyTook() throws Exception {
        host.runUntil(host.start(), "rebooting");
        host.strategy = "off";

        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofMinutes(1));

        assertThat(host.rebootRequests).isZero();
        assertThat(host.formerGroups).containsExactly("default");
        assertThat(host.slots.outcomes)
                .containsExactly(new Outcome.Abandoned("REBOOT_STRATEGY is off now"));
        assertThat(restarted.memory().slotGroup()).isEmpty();
    }

    @Test
    void hostThatComesBackUnderAnotherStrategyHandsItsSlotBack() throws Exception {
        Agent before = host.start();
        host.runUntil(before, "rebooting");
        host.runFor(before, Duration.ofSeconds(10));
        host.boot();
        host.strategy = "immediate";

        Agent back = host.start();
        host.runGate();
        host.runUntil(back, "idle");
        host.runFor(back, Duration.ofSeconds(10));

        assertThat(host.slots.outcomes).containsExactly(new Outcome.Healthy());
    }

    @Test
    void lockThatIsNewInTheSettingsIsAskedBeforeTheReboot() throws Exception {
        host.strategy = "immediate";
        host.runUntil(host.start(), "rebooting");
        host.strategy = "lock";
        host.slots.isHeldByAnother = true;

        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofMinutes(5));

        assertThat(host.rebootRequests).isZero();
        assertThat(restarted.memory().state()).isInstanceOf(AgentState.WaitingForLock.class);
        assertThat(host.departure.deeds).containsExactly("drain", "undrain");
    }

    @Test
    void orderOfAnOperatorEndsWithTheUpdateItWasFor() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");
        try (var loop = new RunningLoop(agent)) {
            assertThat(agent.handle(post("/reboot")).isOk()).isTrue();
            loop.await(() -> host.slots.lastLeft.equals("1.0.0"));
            assertThat(agent.handle(post("/rollback")).isOk()).isTrue();
        }
        host.slots.isHeldByAnother = false;
        host.server.offered = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);

        host.runUntil(agent, "waiting-for-lock");
        host.runFor(agent, Duration.ofMinutes(30));

        assertThat(host.rebootRequests).isZero();
        assertThat(host.slots.isHeldByUs).isFalse();
    }

    @Test
    void orderOfAnOperatorOutlivesARestartOfTheDaemon() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");
        try (var _ = new RunningLoop(agent)) {
            assertThat(agent.handle(post("/reboot")).isOk()).isTrue();
        }
        host.slots.isHeldByAnother = false;

        Agent restarted = host.start();
        host.runFor(restarted, Duration.ofMinutes(1));

        assertThat(host.rebootRequests).isEqualTo(1);
    }

    @Test
    void usersOfTheNextNightAreWarnedToo() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.departure.hasUsers = true;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(24));
        var firstNight = host.departure.deeds.stream().toList();
        host.slots.isHeldByAnother = false;

        host.runFor(agent, Duration.ofHours(4));

        assertThat(firstNight).containsExactly("tell");
        assertThat(host.departure.deeds).containsExactly("tell", "tell", "drain");
        assertThat(host.rebootRequests).isPositive();
    }

    @Test
    void usersAreToldWhenTheTurnComesLongAfterTheWarning() throws Exception {
        host.settings = "REBOOT_WARNING=300\n";
        host.departure.hasUsers = true;
        host.slots.isHeldByAnother = true;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofHours(3));
        host.slots.isHeldByAnother = false;

        host.runFor(agent, Duration.ofMinutes(1));

        assertThat(host.departure.deeds).containsExactly("tell", "tell", "drain");
    }

    private static ControlRequest post(String path) {
        return new ControlRequest("POST", path, JsonObject.empty());
    }
}
