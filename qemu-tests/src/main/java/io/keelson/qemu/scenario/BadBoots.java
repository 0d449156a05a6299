package io.keelson.qemu.scenario;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.guest.Symptom;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A release that does not boot, in every way a release can: one host on 1.0.0 and its update to
 * 1.1.0, damaged after it was written. Each time 1.0.0 must come back.
 */
public final class BadBoots {
    static final String CORRUPT_BLOCK = "a corrupt block in the new /usr";
    static final String EMPTY_UKI = "a boot image of no bytes";
    static final String TRUNCATED_UKI = "a truncated boot image";
    static final String UNSIGNED_UKI = "an unsigned boot image under Secure Boot";

    private static final String ENTRY = "keelson_" + Releases.GOOD;
    private static final Duration REFUSAL_DEADLINE = Duration.ofMinutes(10);

    /** What boot loader or firmware say of an image they do not start. */
    private static final Pattern REFUSED =
            Pattern.compile("(?i)(Error loading|BdsDxe: failed|No bootable option)[^\\n]*");

    private static final Pattern STUCK = Pattern.compile("Press any key|UEFI Interactive Shell");

    /** What only a kernel that was started says. */
    private static final Pattern STUCK_OR_LINUX =
            Pattern.compile(
                    STUCK + "|Linux version|EFI stub:|keelson: stage|Welcome to|systemd\\[1\\]");

    private static final int TRIES = 3;

    private final Stage stage;
    private final LabHost host;

    private BadBoots(Stage stage) {
        this.stage = stage;
        this.host = stage.host();
    }

    /** Plays all of them; returns how each ended. */
    public static Map<String, Optional<IOException>> play(Lab lab)
            throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), lab.timeline());
        releases.first();
        releases.good();
        ControlPlane plane = ControlPlane.start(lab);
        Firmware firmware = Firmware.installed();
        MachineSpec spec = lab.machine(plane, firmware, lab.accelerator(firmware));
        plane.publish(Releases.GOOD);
        plane.promote(Releases.GOOD);
        lab.timeline().note("other-host holds the slot, fence " + plane.takeSlot());
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        Stage stage = new Stage(lab, plane, host);
        boolean isDone = false;
        try {
            var results = new BadBoots(stage).play();
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
        ConsoleGate strict = ConsoleGate.strict();
        stage.lab().timeline().step("booting 1.0.0", host::awaitBoot);
        acts.play(
                CORRUPT_BLOCK,
                strict.expecting(Symptom.KERNEL_PANIC)
                        .expecting(Symptom.CORRUPTED_VERITY)
                        .expecting(Symptom.FILE_SYSTEM_ERROR)
                        .expecting(Symptom.IO_ERROR),
                this::corruptBlock);
        acts.play(EMPTY_UKI, strict, this::emptyImage);
        acts.play(TRUNCATED_UKI, strict, () -> refusedImage("truncate -s $((size / 2)) image"));
        acts.play(UNSIGNED_UKI, strict, () -> refusedImage(UNSIGN));
        return acts.results();
    }

    /** Three panics, then 1.0.0, and everybody knows why. */
    private String corruptBlock() throws IOException, InterruptedException {
        JsonNode _ = stage.awaitState("waiting-for-lock");
        Stage.require("vda2 vda3", host.slot(), "the running slot");
        host.ask(
                """
                cd /var/lib/keelson
                dd if=/dev/vda4 of=block bs=4096 count=1 status=none
                cp /efi/EFI/Linux/%s+3.efi image.good
                dd if=/dev/urandom of=/dev/vda4 bs=4096 count=1 conv=notrunc,fsync status=none
                sync
                """
                        .formatted(ENTRY));
        long panics = stage.count("Kernel panic - not syncing");
        stage.plane().freeSlot();
        stage.awaitRelease(Releases.FIRST);
        long more = stage.count("Kernel panic - not syncing") - panics;
        Stage.require("3", "" + more, "the number of panics");
        JsonNode seen = stage.awaitServer(Releases.FIRST, "rolled-back");
        stage.awaitFreeSlot();
        stage.awaitHealthy();
        // The block is as it was again, for the scenarios to come.
        host.ask(
                "dd if=/var/lib/keelson/block of=/dev/vda4 bs=4096 conv=notrunc,fsync status=none");
        return "%d panics, back on %s; the server knows: %s; entries %s"
                .formatted(
                        more,
                        Releases.FIRST,
                        seen.path("lastError").path("reason").asString("no reason"),
                        host.bootEntries());
    }

    /** What a file system may leave of a file after a power cut; the loader does not see it. */
    private String emptyImage() throws IOException, InterruptedException {
        damage("truncate -s 0 image");
        stage.awaitRelease(Releases.FIRST);
        return "1.0.0 boots at once; entries " + host.bootEntries();
    }

    /**
     * The firmware does not start the image. Where it then waits for a key that nobody presses, the
     * power button is: as often as it takes, which is part of the result.
     */
    private String refusedImage(String damage) throws IOException, InterruptedException {
        int mark = host.machine().console().mark();
        damage(damage);
        MatchResult refused = host.machine().awaitConsole(REFUSED, mark, REFUSAL_DEADLINE);
        mark += refused.end();
        int resets = 0;
        while (true) {
            MatchResult next = host.machine().awaitConsole(STUCK_OR_LINUX, mark, REFUSAL_DEADLINE);
            mark += next.end();
            if (!STUCK.matcher(next.group()).find()) {
                break;
            }
            if (resets == TRIES) {
                throw new IOException("the image is still tried after " + resets + " resets");
            }
            resets++;
            host.machine().reset();
        }
        stage.awaitRelease(Releases.FIRST);
        return "%s; back on 1.0.0 %s; entries %s"
                .formatted(
                        refused.group().strip(),
                        resets == 0 ? "by itself" : "after " + resets + " presses of reset",
                        host.bootEntries());
    }

    /** The security directory's entry of the PE header: without it, an image was never signed. */
    private static final String UNSIGN =
            """
            pe=$(od -An -tu4 -j60 -N4 image | tr -d ' ')
            dd if=/dev/zero of=image bs=1 seek=$((pe + 24 + 144)) count=8 conv=notrunc status=none\
            """;

    /** Puts a damaged copy of 1.1.0's image on the ESP, with all its tries, and reboots. */
    private void damage(String how) throws IOException, InterruptedException {
        host.skipBoots();
        host.ask(
                """
                set -e
                cd /var/lib/keelson
                cp image.good image
                size=$(stat -c %%s image)
                %s
                rm -f /efi/EFI/Linux/%s*
                cp image /efi/EFI/Linux/keelson.update.part
                sync
                mv /efi/EFI/Linux/keelson.update.part /efi/EFI/Linux/%s+%d.efi
                sync
                """
                        .formatted(how, ENTRY, ENTRY, TRIES));
        // Later, or the shell is gone before its answer has come through.
        host.ask("(sleep 3; exec systemctl --no-block reboot) > /dev/null 2>&1 &");
    }
}
