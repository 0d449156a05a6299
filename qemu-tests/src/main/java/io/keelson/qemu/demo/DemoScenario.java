package io.keelson.qemu.demo;

import io.keelson.channels.ReleaseManifest;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.EmulatorFault;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Accelerator;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;
import io.keelson.qemu.timeline.Timeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The main job, end to end, in its seven points. Nothing is assumed: each point ends with facts
 * that somebody showed, and the first thing that is not so is a failure.
 */
public final class DemoScenario {
    private static final int DIFFERENCES_SHOWN = 12;

    private final Lab lab;
    private final LabSettings settings;
    private final Timeline timeline;
    private @Nullable LabHost host;
    private @Nullable ControlPlane control;

    private DemoScenario(Lab lab) {
        this.lab = lab;
        this.settings = lab.settings();
        this.timeline = lab.timeline();
    }

    /** Runs it all in this lab. */
    static DemoScenario pass(Lab lab) throws IOException, InterruptedException {
        DemoScenario scenario = new DemoScenario(lab);
        scenario.run();
        return scenario;
    }

    /**
     * Does everything; returns when every claim was observed, else saves what helps to find out.
     *
     * @throws EmulatorFault where it failed and the emulator is to blame
     */
    private void run() throws IOException, InterruptedException {
        boolean isDone = false;
        try {
            observe();
            isDone = true;
        } catch (IOException e) {
            throw emulatorFault(e).<IOException>map(fault -> fault).orElse(e);
        } finally {
            if (!isDone && !lab.isEnding()) {
                keepEvidence();
            }
        }
    }

    private Optional<EmulatorFault> emulatorFault(IOException failure) throws IOException {
        LabHost machine = host;
        return machine == null ? Optional.empty() : Lab.emulatorFault(machine.machine(), failure);
    }

    private void observe() throws IOException, InterruptedException {
        keys();
        Built built = releases();
        ControlPlane plane = controlPlane();
        control = plane;
        Firmware firmware = Firmware.installed();
        Accelerator accelerator = lab.accelerator(firmware);
        LabHost machine = firstBoot(plane, firmware, accelerator);
        host = machine;
        refusedBoot(machine, accelerator);
        Observations watch = new Observations(timeline, plane, machine);
        new GoodUpdate(watch).run();
        new UnhealthyUpdate(watch).run();
        new ForgedUpdate(watch).run();
        outsideChecks(plane, machine, built, watch.lockRevisions());
    }

    /** The guest's journal; its console log is in the run's directory already. */
    private void keepEvidence() {
        LabHost machine = host;
        if (machine == null) {
            return;
        }
        if (!machine.machine().isRunning()) {
            timeline.note("the guest's journal is not saved: its machine is off");
            return;
        }
        // A test that took too long is interrupted; that must not keep the journal from being read.
        boolean isInterrupted = Thread.interrupted();
        try {
            machine.saveJournal(settings.run().resolve("journal.txt"));
        } catch (IOException e) {
            timeline.note("the guest's journal could not be saved: " + e.getMessage());
        } catch (InterruptedException _) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How a person can look around while everything runs. */
    public List<String> lookAround() {
        ControlPlane plane = control;
        LabHost machine = host;
        if (plane == null || machine == null) {
            return List.of();
        }
        return List.of(
                "update server   " + plane.serverUrl(),
                "                ./keelson fleet list --server " + plane.serverUrl(),
                "reboot lock     ./keelson reboot status --group "
                        + ControlPlane.GROUP
                        + " --etcd "
                        + plane.etcdUrl(),
                "VM console      socat -,raw,echo=0,escape=0x1d UNIX-CONNECT:"
                        + machine.machine().consoleSocket()
                        + "   (leave with Ctrl-])",
                "in the guest    keelson host status",
                "console log     " + machine.machine().consoleLog());
    }

    private record Built(ReleaseManifest first, ReleaseManifest good) {}

    private void keys() throws IOException, InterruptedException {
        timeline.chapter(1, "keys");
        generate(settings.keys(), "update signing, PK, KEK and db");
        generate(settings.foreignKeys(), "a foreign update key, for the forged release");
    }

    private void generate(Path directory, String what) throws IOException, InterruptedException {
        boolean kept = lab.keys(directory);
        timeline.fact(1, "keys: " + what, (kept ? "kept in " : "made in ") + directory);
    }

    private Built releases() throws IOException, InterruptedException {
        timeline.chapter(2, "releases from Debian packages");
        Releases releases = new Releases(settings, timeline);
        ReleaseManifest first = releases.first();
        ReleaseManifest good = releases.good();
        ReleaseManifest unhealthy = releases.unhealthy();
        ReleaseManifest forged = releases.forged();
        for (ReleaseManifest release : List.of(first, good, unhealthy, forged)) {
            timeline.fact(
                    2,
                    "built " + release.version().text(),
                    "root hash %s..., payload %d MB"
                            .formatted(
                                    release.rootHash().hex().substring(0, 16),
                                    release.payload()
                                            .map(payload -> payload.sizeBytes() / 1_000_000)
                                            .orElse(0L)));
        }
        List<String> differences = Releases.differences(first, good);
        Releases.requireRealUpdate(differences);
        timeline.fact(
                2,
                "packages that differ between 1.0.0 and 1.1.0",
                "%d, such as %s".formatted(differences.size(), differences.getFirst()));
        differences.stream().limit(DIFFERENCES_SHOWN).forEach(timeline::note);
        return new Built(first, good);
    }

    private ControlPlane controlPlane() throws IOException, InterruptedException {
        timeline.chapter(3, "control plane");
        ControlPlane plane =
                timeline.step("starting etcd and the update server", () -> ControlPlane.start(lab));
        timeline.fact(3, "etcd answers", plane.etcdUrl().toString());
        timeline.fact(3, "update server answers", plane.serverUrl().toString());
        timeline.step(
                "publishing 1.1.0",
                () -> {
                    plane.publish(Releases.GOOD);
                    plane.promote(Releases.GOOD);
                    return plane;
                });
        timeline.fact(3, "published on channel demo", Releases.GOOD);
        timeline.note("other-host takes the only reboot slot, fence " + plane.takeSlot());
        return plane;
    }

    private LabHost firstBoot(ControlPlane plane, Firmware firmware, Accelerator accelerator)
            throws IOException, InterruptedException {
        timeline.chapter(4, "first boot under Secure Boot");
        MachineSpec spec = lab.machine(plane, firmware, accelerator);
        LabHost machine =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        host = machine;
        timeline.step("booting 1.0.0 (the boot loader enrols our keys first)", machine::awaitBoot);
        FirstBootFacts.collect(timeline, machine);
        return machine;
    }

    private void refusedBoot(LabHost machine, Accelerator accelerator)
            throws IOException, InterruptedException {
        for (RefusedBoot.Tampering tampering : RefusedBoot.Tampering.values()) {
            String refusal =
                    timeline.step(
                            "booting the same disk with a UKI " + tampering.text(),
                            () ->
                                    new RefusedBoot(
                                                    settings,
                                                    machine.machine().firmware(),
                                                    accelerator)
                                            .run(tampering, lab.children()));
            timeline.fact(4, "UKI " + tampering.text() + " refused", refusal);
        }
    }

    private void outsideChecks(
            ControlPlane plane, LabHost machine, Built built, Map<String, Long> revisions)
            throws IOException, InterruptedException {
        timeline.chapter(8, "the same, seen by public tools");
        OutsideChecks checks = new OutsideChecks(settings, timeline);
        Path disk = settings.run().resolve("outside.img");
        timeline.step(
                "copying the host's disk",
                () -> {
                    machine.machine().snapshot(disk);
                    return disk;
                });
        checks.disk(8, disk, built.good());
        checks.lockHistory(8, plane.etcdUrl(), revisions);
        Files.delete(disk);
    }
}
