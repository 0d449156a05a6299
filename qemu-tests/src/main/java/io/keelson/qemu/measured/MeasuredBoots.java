package io.keelson.qemu.measured;

import io.keelson.channels.ReleaseManifest;
import io.keelson.qemu.guest.GuestShell;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Boots a release once on a machine with a TPM and reads the registers that were predicted. */
public final class MeasuredBoots {
    private static final List<String> REGISTERS = List.of("4", "9", "11");

    private MeasuredBoots() {}

    /**
     * Compares them all.
     *
     * @return the release that was booted
     * @throws IOException where a register holds something else
     */
    public static ReleaseManifest pass(Lab lab) throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        ReleaseManifest release = new Releases(lab.settings(), lab.timeline()).first();
        Firmware firmware = Firmware.installed();
        MachineSpec spec =
                new MachineSpec(
                                lab.settings().run().resolve("vm"),
                                lab.settings().release(Releases.FIRST).resolve("disk.img"),
                                firmware,
                                lab.accelerator(firmware),
                                GuestShell.credentials(),
                                MachineSpec.Size.DEFAULT)
                        .withTpm();
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        try {
            lab.timeline().step("booting 1.0.0 with a TPM", host::awaitBoot);
            compare(lab, host, release);
        } catch (IOException e) {
            throw Lab.emulatorFault(host.machine(), e).<IOException>map(f -> f).orElse(e);
        }
        return release;
    }

    private static void compare(Lab lab, LabHost host, ReleaseManifest release)
            throws IOException, InterruptedException {
        // For whoever has to find out which event was not foreseen.
        String events = host.ask("base64 -w0 /sys/kernel/security/tpm0/binary_bios_measurements");
        Files.write(
                lab.settings().run().resolve("event-log.bin"), Base64.getDecoder().decode(events));
        List<String> wrong = new ArrayList<>();
        for (String register : REGISTERS) {
            String predicted = release.pcrs().getOrDefault(register, "nothing");
            String held =
                    host.ask("cat /sys/class/tpm/tpm0/pcr-sha256/" + register)
                            .toLowerCase(Locale.ROOT);
            lab.timeline().fact(Integer.parseInt(register), "PCR " + register, held);
            if (!held.equals(predicted)) {
                wrong.add(
                        "PCR %s holds %s after a boot, and release.json says %s"
                                .formatted(register, held, predicted));
            }
        }
        if (!wrong.isEmpty()) {
            throw new IOException(String.join("; ", wrong) + "; the events are in event-log.bin");
        }
    }
}
