package io.keelson.qemu.powercut;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.guest.GuestShell;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Accelerator;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;
import io.keelson.qemu.timeline.Timeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Takes the power from a host at random moments of its update from 1.0.0 to 1.1.0: while it checks
 * in, downloads, writes the idle slot, switches, reboots and tries the new release. After each cut
 * it must come up by itself on one of the two and go on.
 */
public final class PowerCuts {
    /** What the host does when its power goes. */
    private enum Moment {
        CHECKING("before it writes"),
        WRITING("while it writes"),
        VERIFYING("while it verifies and flushes"),
        SWITCHING("while it switches"),
        TRIAL("on its way into the new release");

        private final String words;

        Moment(String words) {
            this.words = words;
        }
    }

    /** Where the first cut of an update falls. */
    private static final List<Moment> EARLY =
            List.of(Moment.CHECKING, Moment.WRITING, Moment.WRITING, Moment.VERIFYING);

    /** How long writing takes, and shutting down, booting and the health gate, in boots. */
    private static final double WRITING_BOOTS = 1.5;

    private static final double TRIAL_BOOTS = 2;

    private static final Duration VERIFYING_LASTS = Duration.ofSeconds(4);
    private static final Duration SWITCHING_LASTS = Duration.ofMillis(1500);

    /** States of keelsond from the switch on, and from just before it on. */
    private static final String SWITCHED = "finalizing|updated|waiting|rebooting";

    private static final String SWITCH = "verifying|" + SWITCHED;

    /** From the shell to the switch. */
    private static final Duration WRITING_DEADLINE = Duration.ofMinutes(12);

    private static final Duration SETTLING_DEADLINE = Duration.ofMinutes(12);

    /** Two of the courier's longest waits, under emulation. */
    private static final Duration RELEASE_DEADLINE = Duration.ofMinutes(4);

    /** What a host is when it needs nothing more: on 1.1.0, or back after three cut trials. */
    private static final Set<String> SETTLED = Set.of("updated", "rolled-back");

    private final Lab lab;
    private final Timeline timeline;
    private final Random random;
    private final Deque<Moment> moments = new ArrayDeque<>();
    private @Nullable LabHost host;
    private Duration bootTime = Duration.ZERO;
    private String machineId = "";

    private PowerCuts(Lab lab, Random random) {
        this.lab = lab;
        this.timeline = lab.timeline();
        this.random = random;
    }

    /**
     * Cuts the power that often, then lets the host finish.
     *
     * @param seed decides the moments, so that a run can be tried again
     * @return how often
     * @throws IOException where a host did not come back, or its console shows trouble
     */
    public static int pass(Lab lab, long seed, int cuts) throws IOException, InterruptedException {
        lab.timeline().note("seed " + seed);
        PowerCuts run = new PowerCuts(lab, new Random(seed));
        try {
            run.observe(cuts);
        } catch (IOException e) {
            LabHost machine = run.host;
            if (machine != null) {
                throw Lab.emulatorFault(machine.machine(), e).<IOException>map(f -> f).orElse(e);
            }
            throw e;
        }
        return cuts;
    }

    private void observe(int cuts) throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), timeline);
        releases.first();
        releases.good();
        ControlPlane plane = ControlPlane.start(lab);
        Firmware firmware = Firmware.installed();
        Accelerator accelerator = lab.accelerator(firmware);
        MachineSpec spec = lab.machine(plane, firmware, accelerator);
        plane.publish(Releases.GOOD);
        plane.promote(Releases.GOOD);

        LabHost machine = fresh(spec);
        for (int cut = 1; cut <= cuts; cut++) {
            Moment moment = await(machine, plane);
            String doing = doing(plane, machineId);
            machine = restarted(machine, spec);
            String version = machine.version();
            timeline.fact(
                    cut,
                    "power cut %d %s, known to the server as %s"
                            .formatted(cut, moment.words, doing),
                    "comes up on %s from %s".formatted(version, machine.slot()));
            if (!Set.of(Releases.FIRST, Releases.GOOD).contains(version)) {
                throw new IOException("the host came up on " + version + " after cut " + cut);
            }
            if (cut < cuts && SETTLED.contains(doing)) {
                timeline.note("the update is over; going on with a fresh machine");
                awaitSlotBack(plane);
                lab.belongings().release(machine.machine());
                moments.clear();
                machine = fresh(spec);
            }
        }
        settle(plane, machine);
    }

    /** Waits for the next moment, or on trial if the host is further than that. */
    private Moment await(LabHost machine, ControlPlane plane)
            throws IOException, InterruptedException {
        boolean isSwitched =
                machine.bootEntries().stream().anyMatch(e -> e.contains("_" + Releases.GOOD));
        Moment drawn = draw();
        Moment moment = isSwitched ? Moment.TRIAL : drawn;
        Duration most =
                switch (moment) {
                    case CHECKING -> boots(1);
                    case WRITING -> {
                        awaitState(machine, "downloading|" + SWITCH);
                        yield boots(WRITING_BOOTS);
                    }
                    case VERIFYING -> {
                        awaitState(machine, SWITCH);
                        yield VERIFYING_LASTS;
                    }
                    case SWITCHING -> {
                        awaitState(machine, SWITCHED);
                        yield SWITCHING_LASTS;
                    }
                    case TRIAL -> {
                        if (!isSwitched) {
                            awaitSlot(plane);
                        }
                        yield boots(TRIAL_BOOTS);
                    }
                };
        TimeUnit.MILLISECONDS.sleep((long) (most.toMillis() * random.nextDouble()));
        return moment;
    }

    /**
     * One update is cut before its switch, in it and on trial: the last two are short, and what a
     * power cut can do harm to. Left to chance, cuts would hardly ever find them.
     */
    private Moment draw() {
        if (moments.isEmpty()) {
            moments.add(EARLY.get(random.nextInt(EARLY.size())));
            moments.add(Moment.SWITCHING);
            moments.add(Moment.TRIAL);
        }
        return moments.remove();
    }

    private Duration boots(double count) {
        return Duration.ofMillis((long) (bootTime.toMillis() * count));
    }

    /** Looks at keelsond's file from inside, since the switch is over before anybody is told. */
    private static void awaitState(LabHost machine, String states)
            throws IOException, InterruptedException {
        String script =
                """
                mark=/run/keelson-power-cut
                state=/var/lib/keelson/state.json
                touch $mark
                until [ $state -nt $mark ] && grep -qE '"name":"(%s)' $state; do sleep 0.1; done
                """
                        .formatted(states);
        GuestShell.Answer answer = machine.machine().shell().run(script, WRITING_DEADLINE);
        if (!answer.ok()) {
            throw new IOException("waiting in the guest failed: " + answer.output());
        }
    }

    private void awaitSlot(ControlPlane plane) throws IOException, InterruptedException {
        Patience.until(
                "the reboot slot taken",
                WRITING_DEADLINE,
                () ->
                        Patience.Look.of(
                                plane.holdsSlot(machineId),
                                true,
                                "holders " + plane.lockStatus().document().holders()));
    }

    private LabHost fresh(MachineSpec spec) throws IOException, InterruptedException {
        return booted(
                "booting a fresh machine with 1.0.0",
                lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
    }

    private LabHost restarted(LabHost machine, MachineSpec spec)
            throws IOException, InterruptedException {
        judge(machine);
        machine.machine().cutPower();
        lab.belongings().release(machine.machine());
        return booted(
                "booting after the cut",
                lab.belongings().hold(VirtualMachine.start(spec, lab.children())));
    }

    private LabHost booted(String what, VirtualMachine machine)
            throws IOException, InterruptedException {
        LabHost booted = new LabHost(machine);
        host = booted;
        long start = System.nanoTime();
        timeline.step(what, booted::awaitBoot);
        bootTime = Duration.ofNanos(System.nanoTime() - start);
        machineId = booted.machineId();
        return booted;
    }

    /**
     * Nothing that a cut excuses is a symptom: ext4 and FAT recover in silence. Where the emulator
     * crashed the kernel, the host has come back from that as from any other cut.
     */
    private void judge(LabHost machine) throws IOException {
        ConsoleGate gate = ConsoleGate.strict();
        if (Lab.showsEmulatorFault(machine.machine())) {
            timeline.note("the emulator crashed a boot (docs/decisions/0008): one more cut");
            gate = gate.expectingLine("Oops: int3|Kernel panic - not syncing: Fatal exception");
        }
        machine.passGate(gate);
    }

    private static String doing(ControlPlane plane, String machineId) throws IOException {
        return plane.host(machineId)
                .map(seen -> seen.path("state").asString(""))
                .orElse("not yet known");
    }

    /** A host reports first and gives its slot back then; a cut in between only delays that. */
    private void awaitSlotBack(ControlPlane plane) throws IOException, InterruptedException {
        timeline.step(
                "letting the host give its reboot slot back",
                () ->
                        Patience.until(
                                "the reboot slot given back",
                                RELEASE_DEADLINE,
                                () ->
                                        Patience.Look.of(
                                                !plane.holdsSlot(machineId),
                                                true,
                                                "holders "
                                                        + plane.lockStatus()
                                                                .document()
                                                                .holders())));
    }

    private void settle(ControlPlane plane, LabHost machine)
            throws IOException, InterruptedException {
        String state =
                timeline.step(
                        "letting the host finish its update",
                        () ->
                                Patience.until(
                                        "the end of the update",
                                        SETTLING_DEADLINE,
                                        () -> {
                                            String now = doing(plane, machineId);
                                            return Patience.Look.of(
                                                    SETTLED.contains(now),
                                                    now,
                                                    plane.host(machineId).toString());
                                        }));
        machine.skipBoots();
        String version = machine.version();
        timeline.fact(
                0,
                "in the end the host is " + state,
                "%s, entries %s".formatted(version, machine.bootEntries()));
        String expected = state.equals("updated") ? Releases.GOOD : Releases.FIRST;
        if (!version.equals(expected)) {
            throw new IOException("the host is %s but runs %s".formatted(state, version));
        }
        awaitSlotBack(plane);
        judge(machine);
    }
}
