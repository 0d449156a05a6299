package io.keelson.qemu.machine;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.qemu.guest.Console;
import io.keelson.qemu.service.Custody;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a machine's processors are provided.
 *
 * @param isTamed whether guests are kept away from what this emulator does wrong
 *     (docs/decisions/0008)
 * @param why one phrase for the user: what was tried and what came of it
 */
public record Accelerator(Kind kind, boolean isTamed, String why) {
    /** A firmware prints its first line within two seconds on real processors. */
    private static final Duration PROBE_DEADLINE = Duration.ofSeconds(15);

    private static final String FIRST_PROCESSOR = "[Service]\nCPUAffinity=0\n";
    private static final String SECOND_PROCESSOR = "[Service]\nCPUAffinity=1\n";

    private static final Path KVM = Path.of("/dev/kvm");

    /** The firmware has started, looked for something to boot and found nothing. */
    private static final Pattern FIRMWARE_RAN =
            Pattern.compile("BdsDxe|UEFI Interactive Shell|Press any key");

    /** The kinds there are. */
    public enum Kind {
        KVM,
        TCG
    }

    /** The accelerator a user asked for by name. */
    public static Accelerator chosen(Kind kind) throws IOException, InterruptedException {
        return switch (kind) {
            case KVM -> new Accelerator(kind, false, "as asked");
            case TCG -> emulated("as asked");
        };
    }

    private static Accelerator emulated(String why) throws IOException, InterruptedException {
        String version = Qemu.version();
        return new Accelerator(
                Kind.TCG, Qemu.runsStaleCode(version), "%s; %s".formatted(why, version));
    }

    /**
     * KVM if a firmware really runs under it, else TCG. A {@code /dev/kvm} that opens proves
     * nothing: inside some virtual machines it opens and no guest ever runs.
     *
     * @param scratch for the probe's files
     */
    public static Accelerator probe(Firmware firmware, Path scratch, Custody custody)
            throws IOException, InterruptedException {
        if (!Files.exists(KVM)) {
            return emulated("there is no /dev/kvm");
        }
        if (!Files.isReadable(KVM) || !Files.isWritable(KVM)) {
            return emulated("no permission for /dev/kvm (join the group kvm for a faster run)");
        }
        Files.createDirectories(scratch);
        Path log = scratch.resolve("kvm-probe.log");
        Path qemuLog = scratch.resolve("kvm-probe-qemu.log");
        Files.deleteIfExists(log);
        Files.deleteIfExists(qemuLog);
        Firmware own = firmware.copyVariables(scratch.resolve("kvm-probe-vars.fd"));
        return probe(own, log, qemuLog, custody);
    }

    private static Accelerator probe(Firmware firmware, Path log, Path qemuLog, Custody custody)
            throws IOException, InterruptedException {
        Accelerator kvm = chosen(Kind.KVM);
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                Qemu.PROGRAM,
                                "-nodefaults",
                                "-no-user-config",
                                "-display",
                                "none"));
        argv.addAll(kvm.arguments());
        argv.addAll(firmware.arguments());
        argv.addAll(List.of("-smp", "2", "-m", "256", "-no-reboot", "-serial", "file:" + log));
        long began = System.nanoTime();
        try (ChildProcess qemu = Command.start(argv, qemuLog, Map.of());
                Console console = Console.follow(log)) {
            custody.take(qemu);
            if (console.waitFor(FIRMWARE_RAN, 0, PROBE_DEADLINE, qemu::isAlive).isPresent()) {
                long millis = (System.nanoTime() - began) / 1_000_000;
                return new Accelerator(
                        Kind.KVM, false, "a firmware ran under KVM in " + millis + " ms");
            }
            String reason =
                    qemu.isAlive()
                            ? "ran nothing for " + PROBE_DEADLINE.toSeconds() + " s"
                            : Qemu.lastLine(qemuLog);
            return emulated("KVM opens but runs no guest here: " + reason);
        }
    }

    /**
     * What a guest needs to know of its processors. A Java virtual machine that stays on one never
     * writes code for another. Daemon and gate start beside each other in every boot.
     */
    Map<String, String> credentials() {
        return isTamed
                ? Map.of(
                        "systemd.unit-dropin.keelsond.service", SECOND_PROCESSOR,
                        "systemd.unit-dropin.keelson-health.service", FIRST_PROCESSOR,
                        "systemd.unit-dropin.keelson-shell.service", SECOND_PROCESSOR)
                : Map.of();
    }

    List<String> arguments() {
        return switch (kind) {
            case KVM -> List.of("-accel", "kvm", "-cpu", "host");
            // QEMU 7.2's CMPXCHG16B corrupts flags, and the kernel crashes.
            case TCG ->
                    List.of(
                            "-accel",
                            "tcg,thread=multi",
                            "-cpu",
                            isTamed ? "max,cx16=off,la57=off" : "max,la57=off");
        };
    }
}
