package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private final List<String> run = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final HostMachine machine =
            new HostMachine(new ReleaseVersion("1.0.0"), "boot-1", Path.of("/nowhere"), this::run);

    @Test
    void rebootIsAskedOfLogind() throws Exception {
        machine.reboot();

        assertThat(run).containsExactly(BY_LOGIND);
    }

    @Test
    void whatStillBlocksAShutdownHadItsTime() throws Exception {
        refused.add(BY_LOGIND);

        machine.reboot();

        assertThat(run).containsExactly(BY_LOGIND, BY_SYSTEMD);
    }

    @Test
    void rebootThatNobodyDoesIsAnError() {
        refused.addAll(List.of(BY_LOGIND, BY_SYSTEMD));

        assertThatThrownBy(machine::reboot)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("asking for the reboot")
                .hasMessageContaining("Operation denied");
    }

    private Command.Result run(List<String> argv, Duration limit) {
        String line = String.join(" ", argv);
        run.add(line);
        return refused.contains(line)
                ? new Command.Result(argv, 1, "", "Operation denied")
                : new Command.Result(argv, 0, "", "");
    }
}
