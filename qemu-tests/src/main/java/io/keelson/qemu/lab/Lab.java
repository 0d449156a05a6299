package io.keelson.qemu.lab;

import io.keelson.image.sign.SigningKeys;
import io.keelson.qemu.guest.GuestShell;
import io.keelson.qemu.machine.Accelerator;
import io.keelson.qemu.machine.Credentials;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;
import io.keelson.qemu.service.Belongings;
import io.keelson.qemu.service.FreePort;
import io.keelson.qemu.timeline.Timeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A directory taken for one run, its timeline, and everything that was started in it and ends with
 * it.
 */
public record Lab(LabSettings settings, Timeline timeline, Belongings belongings, Children children)
        implements AutoCloseable {

    /** Opens the timeline once its directory exists. */
    public interface TimelineFactory {
        Timeline open(Path file) throws IOException;
    }

    /**
     * Takes the directory, cleans up after an interrupted run and makes sure that this machine has
     * what it takes.
     */
    public static Lab open(LabSettings settings, TimelineFactory timelines) throws IOException {
        Preflight.check(settings);
        Belongings belongings = Belongings.open();
        RunState state = belongings.hold(RunState.take(settings));
        // Not earlier: a killed run may have left its server on that port.
        FreePort.require(settings.port());
        Timeline timeline = belongings.hold(timelines.open(settings.run().resolve("timeline.log")));
        return new Lab(settings, timeline, belongings, new Children(belongings, state));
    }

    /** Whether the user is ending the process, so that a failure is no news. */
    public boolean isEnding() {
        return belongings.isGone();
    }

    /** Keys that are made once and kept for later runs; returns whether they were there already. */
    public boolean keys(Path directory) throws IOException, InterruptedException {
        if (SigningKeys.complete(directory)) {
            return true;
        }
        timeline.step(
                "making keys in " + directory,
                () -> {
                    SigningKeys.generate(directory, new SecureRandom());
                    return directory;
                });
        return false;
    }

    /** KVM where it runs guests, emulation elsewhere. */
    public Accelerator accelerator(Firmware firmware) throws IOException, InterruptedException {
        Accelerator accelerator =
                settings.sources().accelerator().isPresent()
                        ? Accelerator.chosen(settings.sources().accelerator().get())
                        : timeline.step(
                                "probing for KVM",
                                () ->
                                        Accelerator.probe(
                                                firmware,
                                                settings.run().resolve("probe"),
                                                children));
        timeline.note(
                "virtual machines run under " + accelerator.kind() + ": " + accelerator.why());
        return accelerator;
    }

    /** A machine on the disk image of 1.0.0 that knows its way to the control plane. */
    public MachineSpec machine(ControlPlane plane, Firmware firmware, Accelerator accelerator) {
        Map<String, String> credentials = new TreeMap<>(GuestShell.credentials());
        credentials.putAll(Credentials.login());
        credentials.put(Credentials.UPDATE_CONFIG, plane.hostConfig());
        return new MachineSpec(
                settings.run().resolve("vm"),
                settings.release(Releases.FIRST).resolve("disk.img"),
                firmware,
                accelerator,
                credentials,
                MachineSpec.Size.DEFAULT);
    }

    /** Whether the emulator crashed this machine's kernel at least once. */
    public static boolean showsEmulatorFault(VirtualMachine machine) throws IOException {
        return emulatorFault(machine, new IOException()).isPresent();
    }

    /** The emulator's fault that a machine's console shows, as the reason of a failure. */
    public static Optional<EmulatorFault> emulatorFault(VirtualMachine machine, IOException failure)
            throws IOException {
        return switch (machine.accelerator().kind()) {
            case KVM -> Optional.empty();
            case TCG ->
                    EmulatorFault.in(
                            Files.readString(machine.consoleLog(), StandardCharsets.ISO_8859_1),
                            machine.accelerator().isTamed(),
                            failure);
        };
    }

    @Override
    public void close() {
        belongings.close();
    }
}
