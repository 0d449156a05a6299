package io.keelson.engine;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.health.check.Programs;
import io.keelson.engine.surroundings.Machine;
import io.keelson.host.Command;
import io.keelson.host.Efi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The machine this process runs on, through systemd and the firmware's variables. */
record HostMachine(ReleaseVersion version, String bootId, Path efivars, Programs programs)
        implements Machine {
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Override
    public boolean isBootComplete() throws IOException, InterruptedException {
        return programs.run(List.of("systemctl", "is-active", "boot-complete.target"), DEADLINE)
                .stdout()
                .strip()
                .equals("active");
    }

    @Override
    public boolean isGateFailed() throws IOException, InterruptedException {
        return programs.run(List.of("systemctl", "is-failed", "keelson-health.service"), DEADLINE)
                .stdout()
                .strip()
                .equals("failed");
    }

    @Override
    public Duration uptime() throws IOException {
        // proc(5): seconds since the boot with two decimals, a space, the idle time.
        String text = Files.readString(UPTIME);
        try {
            return Duration.ofSeconds(Long.parseLong(text.substring(0, text.indexOf('.'))));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException(UPTIME + " is not as proc(5) has it: " + text.strip(), e);
        }
    }

    @Override
    public boolean isSecureBoot() throws IOException {
        return Efi.secureBoot(efivars);
    }

    /** A full collection, after which the heap's pages go back to the kernel. */
    @Override
    public void rest() {
        System.gc();
    }

    /**
     * By logind, which lets programs that delay a shutdown finish. Since systemd 257 it refuses
     * everybody while something blocks one, even root. Who asks here has waited for that, or is not
     * to wait: an operator ordered it, or the boot is to be left.
     */
    @Override
    public Optional<String> reboot() throws InterruptedException {
        Optional<String> refusal = ask("systemctl", "--no-block", "reboot");
        if (refusal.isEmpty() || isGoingDown()) {
            return Optional.empty();
        }
        System.getLogger("io.keelson.keelsond")
                .log(
                        System.Logger.Level.WARNING,
                        "logind refuses the reboot, so systemd is asked reason={0}",
                        refusal.get());
        Optional<String> again =
                ask(
                        "systemctl",
                        "--no-block",
                        "--job-mode=replace-irreversibly",
                        "start",
                        "reboot.target");
        return again.isEmpty() || isGoingDown() ? Optional.empty() : again;
    }

    private Optional<String> ask(String... argv) throws InterruptedException {
        try {
            Command.Result asked = programs.run(List.of(argv), DEADLINE);
            return asked.ok()
                    ? Optional.empty()
                    : Optional.of(
                            "asking for the reboot failed: %s: exit code %d: %s"
                                    .formatted(
                                            String.join(" ", argv),
                                            asked.exitCode(),
                                            asked.stderr().strip()));
        } catch (IOException e) {
            // It may have been heard all the same.
            System.getLogger("io.keelson.keelsond")
                    .log(System.Logger.Level.WARNING, "{0}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether a shutdown is under way already, of whatever kind. */
    private boolean isGoingDown() throws InterruptedException {
        try {
            return programs.run(List.of("systemctl", "is-system-running"), DEADLINE)
                    .stdout()
                    .strip()
                    .equals("stopping");
        } catch (IOException _) {
            return false;
        }
    }
}
