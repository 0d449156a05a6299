package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.slot.BootEntries;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.json.StateFile;
import io.keelson.reboot.rules.Outcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a cut between two durable steps, or a helper that failed, leaves for the next start. */
class HalfDoneTest {
    private static final ReleaseVersion NEW = new ReleaseVersion("1.1.0");

    @TempDir Path directory;
    private TestHost host;

    @BeforeEach
    void offerARelease() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
    }

    @Test
    void cancelThatWasCutAfterItsRenameIsFinished() throws Exception {
        cancelHalf();

        Agent restarted = host.start();

        assertCancelled(restarted);
    }

    @Test
    void cancelThatThePowerCutEndedIsNoFallBack() throws Exception {
        cancelHalf();
        host.boot();

        Agent restarted = host.start();
        host.runGate();
        host.runFor(restarted, Duration.ofMinutes(5));

        assertCancelled(restarted);
        assertThat(host.server.events()).doesNotContain("3/0");
    }

    private void cancelHalf() throws Exception {
        host.strategy = "off";
        host.runUntil(host.start(), "updated-needs-reboot");
        new BootEntries(host, host.esp).exhaust(NEW);
    }

    private void assertCancelled(Agent agent) throws Exception {
        assertThat(host.version().text()).isEqualTo("1.0.0");
        assertThat(agent.memory().state()).isEqualTo(new AgentState.Idle());
        assertThat(agent.memory().bad())
                .extracting(BadRelease::version, BadRelease::reason)
                .containsExactly(tuple(NEW, "an operator went back from it"));
    }

    @Test
    void entryWithoutContentIsNoFallBackAndTheUpdateGoesOn() throws Exception {
        host.strategy = "off";
        Agent agent = host.start();
        host.runUntil(agent, "updated-needs-reboot");
        // As FAT is after a cut in the middle of the rename: the new name, and nothing in it.
        Path entry = host.linux().resolve("keelson_1.1.0+3.efi");
        Files.copy(entry, host.linux().resolve("keelson.update.part"));
        Files.write(entry, new byte[0]);
        var prepared = (AgentState.UpdatedNeedReboot) agent.memory().state();
        save(
                AgentRecord.first("1.0.0")
                        .after(new AgentEvent.CheckStarted())
                        .after(
                                new AgentEvent.UpdateOffered(
                                        TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY)
                                                .offer("http://127.0.0.1/p")))
                        .after(new AgentEvent.DownloadStarted())
                        .after(new AgentEvent.VerificationStarted())
                        .after(new AgentEvent.ContentWritten(prepared.pending())));
        host.boot();

        Agent restarted = host.start();

        assertThat(host.version().text()).isEqualTo("1.0.0");
        assertThat(restarted.memory().state()).isEqualTo(new AgentState.Idle());
        assertThat(restarted.memory().bad()).isEmpty();
        host.runUntil(restarted, "updated-needs-reboot");
        assertThat(host.boot()).isEqualTo(NEW);
    }

    @Test
    void lostMemoryDoesNotBringAFailedReleaseBack() throws Exception {
        host.isGateHealthy = false;
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        host.runFor(agent, Duration.ofSeconds(10));
        for (int boot = 0; boot < 4; boot++) {
            host.boot();
        }
        Files.delete(host.root.resolve("state/state.json"));
        host.isGateHealthy = true;
        int downloads = host.server.downloads;

        Agent forgetful = host.start();
        host.runGate();
        host.runFor(forgetful, Duration.ofHours(3));

        assertThat(host.version().text()).isEqualTo("1.0.0");
        assertThat(forgetful.memory().bad()).extracting(BadRelease::version).containsExactly(NEW);
        assertThat(host.server.downloads).isEqualTo(downloads);
    }

    @Test
    void bootThatSystemdDidNotBlessIsBlessedByTheDaemon() throws Exception {
        host.isBlessingLost = true;
        bootIntoNew();

        Agent agent = host.start();
        host.runGate();
        host.runFor(agent, Duration.ofMinutes(15));
        var early = host.entryNames();
        host.runFor(agent, Duration.ofMinutes(10));

        assertThat(early).contains("keelson_1.1.0+2-1.efi");
        assertThat(host.entryNames()).contains("keelson_1.1.0.efi");
        assertThat(host.slots.outcomes).containsExactly(new Outcome.Healthy());
        assertThat(host.server.events()).endsWith("3/2");
    }

    @Test
    void bootThatIsNeverCompleteIsLeftForTheOldRelease() throws Exception {
        host.isBootIncomplete = true;
        bootIntoNew();

        for (int boot = 0; boot < 3; boot++) {
            Agent agent = host.start();
            host.isBlessingLost = true;
            host.runGate();
            int before = host.rebootRequests;
            host.runFor(agent, Duration.ofMinutes(25));
            assertThat(host.rebootRequests).isGreaterThan(before);
            host.boot();
        }
        host.isBootIncomplete = false;
        host.isBlessingLost = false;
        Agent back = host.start();
        host.runGate();
        host.runFor(back, Duration.ofMinutes(5));

        assertThat(host.version().text()).isEqualTo("1.0.0");
        assertThat(back.memory().bad()).extracting(BadRelease::version).containsExactly(NEW);
    }

    private void bootIntoNew() throws Exception {
        host.strategy = "lock";
        Agent agent = host.start();
        host.runUntil(agent, "rebooting");
        host.runFor(agent, Duration.ofSeconds(10));
        host.boot();
    }

    private void save(AgentRecord value) throws Exception {
        new StateFile(host.root.resolve("state/state.json")).save(value);
    }
}
