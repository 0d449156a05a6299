package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.host.Command;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class HostMachineTest {
    private static final String BY_LOGIND = "systemctl --no-block reboot";
    private static final String BY_SYSTEMD =
            "systemctl --no-block --job-mode=replace-irreversibly start reboot.target";

    private static final String STATE = "systemctl is-system-running";

    private String state = "running\n";
    private boolean isSlow;
    private final List<String> run = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final HostMachine machine =
            new HostMachine(new ReleaseVersion("1.0.0"), "boot-1", Path.of("/nowhere"), this::run);

    @Test
    void rebootIsAskedOfLogind() throws Exception {
        assertThat(machine.reboot()).isEmpty();

        assertThat(run).containsExactly(BY_LOGIND);
    }

    @Test
    void whatStillBlocksAShutdownIsNotWaitedFor() throws Exception {
        refused.add(BY_LOGIND);

        assertThat(machine.reboot()).isEmpty();

        assertThat(run).containsExactly(BY_LOGIND, STATE, BY_SYSTEMD);
    }

    @Test
    void shutdownThatIsUnderWayIsLeftAlone() throws Exception {
        refused.add(BY_LOGIND);
        state = "stopping\n";

        assertThat(machine.reboot()).isEmpty();

        assertThat(run).containsExactly(BY_LOGIND, STATE);
    }

    @Test
    void rebootThatNobodyDoesIsSaid() throws Exception {
        refused.addAll(List.of(BY_LOGIND, BY_SYSTEMD));

        assertThat(machine.reboot())
                .contains(
                        "asking for the reboot failed: "
                                + BY_SYSTEMD
                                + ": exit code 1: Operation denied");
    }

    @Test
    void answerThatDoesNotComeIsNoRefusal() throws Exception {
        isSlow = true;

        assertThat(machine.reboot()).isEmpty();

        assertThat(run).containsExactly(BY_LOGIND);
    }

    private Command.Result run(List<String> argv, Duration limit) throws IOException {
        String line = String.join(" ", argv);
        run.add(line);
        if (isSlow) {
            throw new IOException(line + " did not end within 30 s");
        }
        if (line.equals(STATE)) {
            return new Command.Result(argv, 1, state, "");
        }
        return refused.contains(line)
                ? new Command.Result(argv, 1, "", "Operation denied")
                : new Command.Result(argv, 0, "", "");
    }
}
