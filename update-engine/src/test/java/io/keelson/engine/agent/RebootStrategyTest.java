package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentState;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When a host reboots, and what it does before; the host's clock starts on a Thursday at 00:00. */
class RebootStrategyTest {
    private static final String NIGHT =
            "REBOOT_WINDOWS=daily 02:00-03:00 UTC\nREBOOT_WARNING=300\nREBOOT_INHIBITORS=1800\n";
    private static final Instant OPEN = Instant.parse("2026-01-01T02:00:00Z");

    @TempDir Path directory;
    private TestHost host;

    @BeforeEach
    void offerARelease() throws Exception {
        var one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
    }

    @Test
    void aHostWithAWindowRebootsWhenItOpens() throws Exception {
        host.strategy = "window";
        host.settings = NIGHT;

        Instant reboot = untilReboot(host.start(), Duration.ofHours(4));

        assertThat(reboot).isBetween(OPEN, OPEN.plusSeconds(60));
        assertThat(host.departure.deeds).containsExactly("drain");
    }

    @Test
    void aWindowThatIsNearlyOverIsNotUsed() throws Exception {
        host.strategy = "window";
        host.settings = NIGHT;
        host.now = Instant.parse("2026-01-01T02:51:00Z");

        Instant reboot = untilReboot(host.start(), Duration.ofHours(30));

        assertThat(reboot)
                .isBetween(
                        Instant.parse("2026-01-02T02:00:00Z"),
                        Instant.parse("2026-01-02T02:01:00Z"));
    }

    @Test
    void theSlotIsAskedForOnlyInTheWindow() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(110));
        boolean isHeldBefore = host.slots.isHeldByUs;
        JsonObject lock = lock(agent);

        Instant reboot = untilReboot(agent, Duration.ofHours(4));

        assertThat(isHeldBefore).isFalse();
        assertThat(lock.texts("windows")).containsExactly("daily 02:00-03:00 UTC");
        assertThat(lock.text("nextWindow")).isEqualTo("2026-01-01T02:00:00Z");
        assertThat(lock.text("reason"))
                .isEqualTo("no window is open for the 10m needed before 2026-01-01T02:00:00Z");
        assertThat(reboot).isBetween(OPEN, OPEN.plusSeconds(60));
        assertThat(host.slots.isHeldByUs).isTrue();
    }

    @Test
    void usersAreWarnedBeforeTheSlotIsAskedFor() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.departure.hasUsers = true;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(123));
        boolean isHeldDuringTheWarning = host.slots.isHeldByUs;

        Instant reboot = untilReboot(agent, Duration.ofHours(4));

        assertThat(isHeldDuringTheWarning).isFalse();
        assertThat(host.departure.deeds).containsExactly("tell", "drain");
        assertThat(reboot).isBetween(OPEN.plusSeconds(300), OPEN.plusSeconds(360));
    }

    @Test
    void aTurnThatComesAfterTheWindowIsLeftToTheNext() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.slots.isHeldByAnother = true;
        host.now = OPEN;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(55));
        boolean isAskedFor = host.slots.lastLeft.equals("1.0.0");
        host.slots.isHeldByAnother = false;
        host.slots.isHeldByUs = true;
        host.slots.isGrantedUnseen = true;

        host.runFor(agent, Duration.ofMinutes(10));

        assertThat(isAskedFor).isTrue();
        assertThat(host.rebootRequests).isZero();
        assertThat(host.slots.outcomes)
                .containsExactly(
                        new Outcome.Abandoned(
                                "no window is open for the 10m needed before 2026-01-02T02:00:00Z"));
        assertThat(host.slots.isHeldByUs).isFalse();
    }

    @Test
    void theGroupIsToldHowFarTheHostIs() throws Exception {
        host.strategy = "lock";

        untilReboot(host.start(), Duration.ofHours(1));

        assertThat(host.slots.told).containsExactly(HolderState.DRAINING, HolderState.REBOOTING);
    }

    @Test
    void usersWhoLeaveEndTheWait() throws Exception {
        host.strategy = "window";
        host.settings = NIGHT;
        host.departure.hasUsers = true;
        Agent agent = host.start();
        host.runFor(agent, Duration.ofMinutes(121));
        host.departure.hasUsers = false;

        Instant reboot = untilReboot(agent, Duration.ofHours(4));

        assertThat(reboot).isBefore(OPEN.plusSeconds(120));
    }

    @Test
    void aBlockerOfShutdownsIsHonouredUpToALimit() throws Exception {
        host.strategy = "lock";
        host.settings = "REBOOT_INHIBITORS=1800\n";
        host.departure.blocker = Optional.of("backup blocks a shutdown: writes the tape");
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");
        Instant since = host.now;
        String reason = lock(agent).text("reason");

        Instant reboot = untilReboot(agent, Duration.ofHours(4));

        assertThat(reason).isEqualTo("backup blocks a shutdown: writes the tape; honoured for 30m");
        assertThat(reboot).isBetween(since.plusSeconds(1765), since.plusSeconds(1865));
    }

    @Test
    void aDrainThatFailsHandsTheSlotBackAndSaysWhy() throws Exception {
        host.strategy = "lock";
        host.departure.drainFailure = Optional.of("drain.d/50-db: exit code 1");
        Agent agent = host.start();

        host.runUntil(agent, "waiting-for-lock");
        host.runFor(agent, Duration.ofMinutes(1));

        assertThat(host.rebootRequests).isZero();
        assertThat(host.slots.outcomes)
                .containsExactly(new Outcome.Abandoned("drain failed: drain.d/50-db: exit code 1"));
        assertThat(host.slots.isHeldByUs).isFalse();
        assertThat(lock(agent).text("reason"))
                .isEqualTo("drain failed: drain.d/50-db: exit code 1");
        assertThat(host.departure.deeds).containsExactly("drain", "undrain");

        host.departure.drainFailure = Optional.empty();
        host.runFor(agent, Duration.ofMinutes(11));
        assertThat(host.rebootRequests).isPositive();
        assertThat(agent.memory().state()).isInstanceOf(AgentState.Rebooting.class);
    }

    @Test
    void aDrainThatTookAllOfTheWindowHandsTheSlotBack() throws Exception {
        host.strategy = "lock+window";
        host.settings = NIGHT;
        host.departure.whileDraining =
                () -> {
                    host.now = Instant.parse("2026-01-01T02:55:00Z");
                    host.departure.whileDraining = () -> {};
                };
        Agent agent = host.start();

        Instant reboot = untilReboot(agent, Duration.ofHours(30));

        assertThat(reboot)
                .isBetween(
                        Instant.parse("2026-01-02T02:00:00Z"),
                        Instant.parse("2026-01-02T02:01:00Z"));
        assertThat(host.departure.deeds).containsExactly("drain", "undrain", "drain");
        assertThat(host.slots.outcomes)
                .containsExactly(
                        new Outcome.Abandoned(
                                "no window is open for the 10m needed before 2026-01-02T02:00:00Z"));
    }

    @Test
    void aGrantThatIsGoneIsNotUsed() throws Exception {
        host.strategy = "lock";
        host.slots.isFenced = true;
        Agent agent = host.start();

        host.runFor(agent, Duration.ofMinutes(10));

        assertThat(host.rebootRequests).isZero();
        assertThat(host.departure.deeds).contains("drain", "undrain");
    }

    @Test
    void anOperatorNeedsNoWindow() throws Exception {
        host.strategy = "window";
        host.settings = NIGHT;
        host.departure.blocker = Optional.of("backup blocks a shutdown: writes the tape");
        Agent agent = host.start();
        host.runUntil(agent, "waiting-for-lock");

        try (var loop = new RunningLoop(agent)) {
            var answer = agent.handle(new ControlRequest("POST", "/reboot", JsonObject.empty()));
            assertThat(answer.body().text("message"))
                    .startsWith(
                            "rebooting as soon as the lock allows it, waiting so far: no window");
            loop.await(() -> host.rebootRequests == 1);
        }

        assertThat(host.departure.deeds).containsExactly("drain");
    }

    /** Steps until the machine is asked to reboot; the time of that. */
    private Instant untilReboot(Agent agent, Duration most) throws Exception {
        Instant end = host.now.plus(most);
        while (host.now.isBefore(end)) {
            Instant before = host.now;
            Duration wait = agent.step();
            if (host.rebootRequests > 0) {
                return before;
            }
            host.now = host.now.plus(wait).plusMillis(1);
        }
        throw new AssertionError("no reboot before " + end + ": " + agent.memory().state());
    }

    private static JsonObject lock(Agent agent) throws InterruptedException {
        return agent.handle(new ControlRequest("GET", "/status", JsonObject.empty()))
                .body()
                .object("lock")
                .orElseThrow();
    }
}
