package io.keelson.qemu.scenario;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A release whose process 1 stops while it boots: the watchdog that systemd armed resets the
 * machine, and 1.0.0 comes back.
 */
public final class HungBoot {
    static final String HANG = "a hang after stage 1, ended by the watchdog";

    /**
     * One processor: reset by a watchdog while two of them run, the firmware waited forever for the
     * second one under emulation.
     */
    private static final MachineSpec.Size SIZE =
            new MachineSpec.Size(1, MachineSpec.Size.DEFAULT.memoryMib());

    private static final Pattern STOPPED = Pattern.compile("keelson-scenario: process 1 stops");

    /** Freezes process 1 of release 1.1.0, if told so: the kernel runs, nobody is at home. */
    private static final Map<String, String> HANGING =
            Stage.unit(
                    "keelson-hang.service",
                    """
                    [Unit]
                    Description=Hang, for a scenario
                    DefaultDependencies=no
                    After=local-fs.target
                    ConditionPathExists=/var/lib/keelson/scenario-hang
                    [Service]
                    Type=simple
                    ExecStart=/bin/sh -c '. /usr/lib/os-release; \
                    if [ "$$IMAGE_VERSION" = %s ]; then echo "keelson-scenario: process 1 stops" > /dev/console; \
                    sync; echo 1 > /sys/fs/cgroup/init.scope/cgroup.freeze; fi'
                    """
                            .formatted(Releases.GOOD));

    private final Stage stage;
    private final LabHost host;

    private HungBoot(Stage stage) {
        this.stage = stage;
        this.host = stage.host();
    }

    /** Plays it; returns how it ended. */
    public static Map<String, Optional<IOException>> play(Lab lab)
            throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), lab.timeline());
        releases.first();
        releases.good();
        ControlPlane plane = ControlPlane.start(lab);
        Firmware firmware = Firmware.installed();
        MachineSpec spec =
                lab.machine(plane, firmware, lab.accelerator(firmware))
                        .withCredentials(HANGING)
                        .sized(SIZE)
                        .with("-device", "i6300esb", "-action", "watchdog=reset");
        plane.publish(Releases.GOOD);
        plane.promote(Releases.GOOD);
        lab.timeline().note("other-host holds the slot, fence " + plane.takeSlot());
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        Stage stage = new Stage(lab, plane, host);
        boolean isDone = false;
        try {
            lab.timeline().step("booting 1.0.0", host::awaitBoot);
            Acts acts = new Acts(lab.timeline(), host);
            acts.play(HANG, ConsoleGate.strict(), new HungBoot(stage)::hang);
            isDone = acts.results().values().stream().allMatch(Optional::isEmpty);
            return acts.results();
        } finally {
            if (!isDone && !lab.isEnding()) {
                stage.keepJournal();
            }
        }
    }

    /** One try of three, or the scenario would only take three times as long. */
    private String hang() throws IOException, InterruptedException {
        JsonNode _ = stage.awaitState("waiting-for-lock");
        Stage.require(
                "active",
                host.ask("cat /sys/class/watchdog/watchdog0/state"),
                "the watchdog " + host.ask("cat /sys/class/watchdog/watchdog0/identity"));
        String timeout = host.ask("cat /sys/class/watchdog/watchdog0/timeout");
        host.ask(
                """
                set -e
                touch /var/lib/keelson/scenario-hang
                cd /efi/EFI/Linux
                mv keelson_%s+3.efi keelson_%s+1.efi
                sync
                """
                        .formatted(Releases.GOOD, Releases.GOOD));
        int mark = host.machine().console().mark();
        stage.plane().freeSlot();
        MatchResult _ = host.machine().awaitConsole(STOPPED, mark, Stage.LONG);
        stage.awaitRelease(Releases.FIRST);
        JsonNode seen = stage.awaitServer(Releases.FIRST, "rolled-back");
        stage.awaitFreeSlot();
        stage.awaitHealthy();
        return "i6300esb armed with %s s reset the machine; the server knows: %s; entries %s"
                .formatted(
                        timeout,
                        seen.path("lastError").path("reason").asString("no reason"),
                        host.bootEntries());
    }
}
