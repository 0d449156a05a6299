package io.keelson.engine;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.agent.Machine;
import io.keelson.host.Command;
import io.keelson.host.Efi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The machine this process runs on, through systemd and the firmware's variables. */
record HostMachine(ReleaseVersion version, String bootId, Path efivars) implements Machine {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Override
    public boolean isBootComplete() throws IOException, InterruptedException {
        return Command.run(List.of("systemctl", "is-active", "boot-complete.target"), DEADLINE)
                .stdout()
                .strip()
                .equals("active");
    }

    @Override
    public boolean isSecureBoot() throws IOException {
        return Efi.secureBoot(efivars);
    }

    @Override
    public void reboot() throws IOException, InterruptedException {
        Command.run(List.of("systemctl", "--no-block", "reboot"), DEADLINE)
                .orThrow("asking for the reboot");
    }
}
