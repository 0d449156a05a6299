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
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Three updates in a row, from 1.0.0 over both slots, the second published while the host still
 * waits to boot the first; and keelsond is killed at the first sight of each of its states.
 */
public final class UpdateChain {
    static final String KILLED = "keelsond killed in each of its states";
    static final String QUEUED = "two updates queued, and both slots used three times";

    private static final String SECOND = "1.4.0";
    private static final String THIRD = "1.5.0";

    /** Looks at the state file five times a second; what was killed is remembered across boots. */
    private static final String KILLER =
            """
            file=/var/lib/keelson/state.json
            kills=/var/lib/keelson/scenario-kills
            # Quotes within [[ =~ ]] would be the shell's.
            name='"state" *: *\\{ *"name" *: *"([a-z-]+)"'
            touch $kills
            while sleep 0.2; do
                [[ -r $file && $(< $file) =~ $name ]] || continue
                state=${BASH_REMATCH[1]}
                [[ "$(< $kills)" == *" $state "* ]] && continue
                systemctl kill --signal=KILL keelsond.service && echo " $state " >> $kills && sync $kills
            done
            """;

    private static final Map<String, String> KILLER_UNIT =
            Stage.unit(
                    "keelson-killer.service",
                    """
                    [Unit]
                    Description=Kill keelsond, for a scenario
                    DefaultDependencies=no
                    After=local-fs.target
                    Conflicts=shutdown.target
                    ConditionPathExists=!/etc/initrd-release
                    [Service]
                    ExecStart=/bin/sh -c 'echo %s | base64 -d > /run/keelson-killer; exec bash /run/keelson-killer'
                    """
                            .formatted(
                                    Base64.getEncoder()
                                            .encodeToString(
                                                    KILLER.getBytes(StandardCharsets.UTF_8))));

    private final Stage stage;
    private final LabHost host;

    private UpdateChain(Stage stage) {
        this.stage = stage;
        this.host = stage.host();
    }

    /** Plays both; returns how each ended. */
    public static Map<String, Optional<IOException>> play(Lab lab)
            throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), lab.timeline());
        releases.first();
        releases.good();
        releases.later(SECOND);
        releases.later(THIRD);
        ControlPlane plane = ControlPlane.start(lab);
        Firmware firmware = Firmware.installed();
        MachineSpec spec =
                lab.machine(plane, firmware, lab.accelerator(firmware))
                        .withCredentials(KILLER_UNIT);
        plane.publish(Releases.GOOD);
        plane.promote(Releases.GOOD);
        lab.timeline().note("other-host holds the slot, fence " + plane.takeSlot());
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        Stage stage = new Stage(lab, plane, host);
        boolean isDone = false;
        try {
            var results = new UpdateChain(stage).play();
            isDone = results.values().stream().allMatch(Optional::isEmpty);
            return results;
        } finally {
            if (!isDone && !lab.isEnding()) {
                stage.keepJournal();
            }
        }
    }

    private Map<String, Optional<IOException>> play() throws IOException, InterruptedException {
        Acts acts = new Acts(stage.lab().timeline(), host);
        stage.lab().timeline().step("booting 1.0.0", host::awaitBoot);
        acts.play(KILLED, ConsoleGate.strict(), this::killed);
        acts.play(QUEUED, ConsoleGate.strict(), this::queued);
        return acts.results();
    }

    private String killed() throws IOException, InterruptedException {
        JsonNode _ = stage.awaitState("waiting-for-lock");
        // Published while the first one still waits for its reboot.
        stage.plane().publish(SECOND);
        stage.plane().promote(SECOND);
        stage.plane().freeSlot();
        stage.awaitRelease(Releases.GOOD);
        stage.awaitHealthy();
        List<String> kills = kills();
        for (String state : List.of("checking", "downloading", "waiting-for-lock")) {
            if (!kills.contains(state)) {
                throw new IOException(
                        "keelsond was never killed in state " + state + ", only in " + kills);
            }
        }
        return "killed in %s and on %s all the same".formatted(kills, host.version());
    }

    /** The second update was there while the first one waited; the third comes after it. */
    private String queued() throws IOException, InterruptedException {
        stage.awaitRelease(SECOND);
        stage.awaitHealthy();
        String second = host.version() + " from " + host.slot();
        stage.plane().publish(THIRD);
        stage.plane().promote(THIRD);
        stage.awaitRelease(THIRD);
        stage.awaitHealthy();
        JsonNode _ = stage.awaitServer(THIRD, "updated");
        stage.awaitFreeSlot();
        return "on %s, then on %s from %s, entries %s; killed in %s"
                .formatted(second, host.version(), host.slot(), host.bootEntries(), kills());
    }

    private List<String> kills() throws IOException, InterruptedException {
        return List.of(host.ask("cat /var/lib/keelson/scenario-kills").strip().split("\\s+", -1));
    }
}
