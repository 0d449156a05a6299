package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.BadRelease;
import io.keelson.engine.state.PendingSwitch;
import io.keelson.engine.state.json.StateFile;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

class GoingBackTest {
    @TempDir Path directory;
    private TestHost host;
    private Agent agent;

    @BeforeEach
    void updateOnce() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.server.offered = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        Agent before = host.start();
        host.runUntil(before, "rebooting");
        host.runFor(before, Duration.ofSeconds(10));
        host.boot();
        agent = host.start();
        host.runGate();
        host.runUntil(agent, "idle");
    }

    @Test
    void switchThatCouldNotBePreparedIsForgotten() throws Exception {
        Path inTheWay = host.linux().resolve("keelson_1.1.0+0.efi");
        Files.writeString(Files.createDirectory(inTheWay).resolve("file"), "");

        int status = rollback();

        assertThat(status).isEqualTo(500);
        assertThat(agent.memory().state()).isEqualTo(new AgentState.Idle());
        assertThat(agent.memory().bad()).isEmpty();
        assertThat(host.entryNames()).contains("keelson_1.1.0.efi");
    }

    @Test
    void releaseThatRunsAgainAfterAllGetsItsGoodNameBackAndUpdatesGoOn() throws Exception {
        int status = rollback();
        host.runFor(agent, Duration.ofSeconds(30));
        Files.delete(host.linux().resolve("keelson_1.0.0.efi"));
        host.boot();
        Agent back = host.start();
        host.runFor(back, Duration.ofMinutes(1));
        var namesBeforeTheGate = host.entryNames();
        host.runGate();
        host.runUntil(back, "idle");
        var names = host.entryNames();
        TestRelease three = TestRelease.build(directory, "1.2.0", TestRelease.OUR_KEY);
        host.server.offered = three;
        host.runFor(back, Duration.ofHours(2));

        assertThat(status).isEqualTo(200);
        assertThat(namesBeforeTheGate).containsExactly("keelson_1.1.0+0.efi");
        assertThat(names).containsExactly("keelson_1.1.0.efi");
        assertThat(host.boot()).isEqualTo(three.version());
    }

    @Test
    void goingBackThatWasCutBeforeItsRenameIsPreparedByTheNextStart() throws Exception {
        rememberGoingBack();

        Agent restarted = host.start();

        assertThat(host.entryNames()).contains("keelson_1.1.0+0.efi");
        assertThat(restarted.memory().state()).isInstanceOf(AgentState.UpdatedNeedReboot.class);
        host.runFor(restarted, Duration.ofMinutes(1));
        assertThat(host.boot().text()).isEqualTo("1.0.0");
    }

    @Test
    void goingBackThatThePowerCutEndedIsForgottenWithoutBlame() throws Exception {
        rememberGoingBack();
        int reports = host.server.reports.size();
        host.boot();

        Agent restarted = host.start();
        host.runGate();
        host.runFor(restarted, Duration.ofMinutes(5));

        assertThat(host.version().text()).isEqualTo("1.1.0");
        assertThat(restarted.memory().state()).isEqualTo(new AgentState.Idle());
        assertThat(restarted.memory().bad()).isEmpty();
        assertThat(host.server.reports).hasSize(reports);
    }

    /** As a daemon does that is killed between the record and the boot entry. */
    private void rememberGoingBack() throws Exception {
        var running = new ReleaseVersion("1.1.0");
        var pending =
                new PendingSwitch(
                        running,
                        new ReleaseVersion("1.0.0"),
                        host.bootId(),
                        PendingSwitch.Kind.GOING_BACK);
        var bad = new BadRelease(running, Optional.empty(), "an operator went back", host.now);
        var file = new StateFile(host.root.resolve("state/state.json"));
        file.save(
                file.load("1.1.0")
                        .value()
                        .after(new AgentEvent.SwitchPrepared(pending))
                        .withBad(bad));
    }

    private int rollback() throws Exception {
        try (var _ = new RunningLoop(agent)) {
            return agent.handle(new ControlRequest("POST", "/rollback", JsonObject.empty()))
                    .status();
        }
    }
}
