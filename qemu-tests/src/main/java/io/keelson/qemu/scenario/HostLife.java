package io.keelson.qemu.scenario;

import io.keelson.channels.Artifact;
import io.keelson.channels.ReleaseManifest;
import io.keelson.omaha.PackageFile;
import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Patience.Look;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Credentials;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Trouble around a host rather than in a release: one machine with a clock that is years ahead,
 * whose disk grows, whose ESP is full, whose server goes away and then lies, and an operator who
 * goes back.
 */
public final class HostLife {
    static final String CLOCK_AND_DISK = "a clock far ahead, and a disk that grew under the image";
    static final String FULL_ESP = "a full ESP";
    static final String SERVER_GONE = "a server that goes away in the middle of a download";
    static final String DOWNGRADE = "a server that offers an older release";
    static final String ROLLBACK = "an operator who goes back to the release before";

    private static final long CUT_AFTER_BYTES = 20L << 20;
    private static final Duration POWER_OFF = Duration.ofMinutes(5);

    private final Stage stage;
    private final LabHost host;
    private final Gateway gateway;

    private HostLife(Stage stage, Gateway gateway) {
        this.stage = stage;
        this.host = stage.host();
        this.gateway = gateway;
    }

    /** Plays all of them; returns how each ended. */
    public static Map<String, Optional<IOException>> play(Lab lab)
            throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), lab.timeline());
        releases.first();
        releases.good();
        ControlPlane plane = ControlPlane.start(lab);
        Gateway gateway = lab.belongings().hold(Gateway.open(plane.serverUrl()));
        Firmware firmware = Firmware.installed();
        MachineSpec spec =
                lab.machine(plane, firmware, lab.accelerator(firmware))
                        .withCredentials(
                                Map.of(
                                        Credentials.UPDATE_CONFIG,
                                        plane.hostConfig()
                                                .replace(
                                                        ":" + plane.serverUrl().getPort() + "/",
                                                        ":" + gateway.port() + "/")))
                        .with("-rtc", "base=2041-03-01T12:00:00");
        VirtualMachine first = lab.belongings().hold(VirtualMachine.create(spec, lab.children()));
        LabHost fresh = new LabHost(first);
        String boot = lab.timeline().step("booting 1.0.0 for the first time", fresh::awaitBoot);
        lab.timeline().note("boot " + boot + " is switched off to give the machine a larger disk");
        fresh.ask("systemctl --no-block poweroff");
        boolean isOff =
                Patience.until(
                        "the machine off",
                        POWER_OFF,
                        () ->
                                first.isRunning()
                                        ? new Look.NotYet<>(first.status())
                                        : new Look.Seen<>(true));
        lab.timeline().note("switched off: " + isOff);
        lab.belongings().release(first);
        VirtualMachine.grow(spec, "+1G");
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.start(spec, lab.children())));
        Stage stage = new Stage(lab, plane, host);
        boolean isDone = false;
        try {
            var results = new HostLife(stage, gateway).play();
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
        acts.play(CLOCK_AND_DISK, strict, this::clockAndDisk);
        acts.play(FULL_ESP, strict, this::fullEsp);
        acts.play(SERVER_GONE, strict, this::serverGone);
        acts.play(DOWNGRADE, strict, this::downgrade);
        acts.play(ROLLBACK, strict, this::rollback);
        return acts.results();
    }

    private String clockAndDisk() throws IOException, InterruptedException {
        host.awaitBoot();
        String year = host.ask("date +%Y");
        Stage.require("2041", year, "the year in the guest");
        stage.awaitHealthy();
        // The root partition ends where the table's usable part does, one MiB of alignment apart.
        String unused =
                host.ask(
                        """
                        d=/sys/class/block/vda
                        echo $(( ($(cat $d/size) - $(cat $d/vda6/start) - $(cat $d/vda6/size)) / 2048 ))
                        """);
        if (Integer.parseInt(unused) > 2) {
            throw new IOException("behind the root partition are " + unused + " MiB unused");
        }
        String used = host.ask("df -BM --output=size / | tail -1").strip();
        return "the year is %s; root has grown to %s".formatted(year, used);
    }

    /** Found out before anything is removed, said in one sentence, over when there is room. */
    private String fullEsp() throws IOException, InterruptedException {
        host.ask("dd if=/dev/zero of=/efi/filler bs=1M 2>/dev/null; sync -f /efi; ls /efi/filler");
        stage.plane().publish(Releases.GOOD);
        stage.plane().promote(Releases.GOOD);
        JsonNode status =
                Patience.until(
                        "keelsond's complaint about the ESP",
                        Stage.LONG,
                        () -> {
                            JsonNode seen = host.status();
                            String error = seen.path("lastError").asString("");
                            return Look.of(error.contains("the ESP has"), seen, error);
                        });
        Stage.require("[keelson_1.0.0.efi]", host.bootEntries().toString(), "the boot entries");
        JsonNode known =
                Patience.until(
                        "the complaint at the server",
                        Stage.LONG,
                        () -> {
                            JsonNode error = stage.plane().host().path("lastError");
                            return Look.of(
                                    error.path("reason").asString("").contains("the ESP has"),
                                    error,
                                    error.toString());
                        });
        gateway.cutAfter(CUT_AFTER_BYTES);
        stage.lab().timeline().note("from now on the way to the server is cut after 20 MiB");
        host.ask("rm /efi/filler; sync -f /efi");
        return status.path("lastError").asString()
                + "; at the server with code "
                + known.path("code").asString(known.path("errorCode").asString("?"));
    }

    private String serverGone() throws IOException, InterruptedException {
        host.ask("keelson host check || true");
        Patience.until(
                "the cut of the download",
                Stage.LONG,
                () -> Look.of(gateway.isCut(), true, "bytes still flow"));
        JsonNode during = host.status();
        String version = host.version();
        stage.lab().timeline().note("cut; the host is " + during.path("state").asString(""));
        gateway.mend();
        stage.awaitRelease(Releases.GOOD);
        stage.awaitHealthy();
        JsonNode _ = stage.awaitServer(Releases.GOOD, "updated");
        long offset = gateway.lastOffset();
        if (offset == 0) {
            throw new IOException("the download began again from its first byte");
        }
        return "%s ran on while the server was away (%s); the download went on at byte %d"
                .formatted(version, during.path("state").asString(""), offset);
    }

    /** The real, well signed payload of the older release, offered by a server that was stolen. */
    private String downgrade() throws IOException, InterruptedException {
        ReleaseManifest first =
                new Releases(stage.lab().settings(), stage.lab().timeline()).first();
        Artifact payload = first.payload().orElseThrow();
        gateway.lie(
                new Gateway.Lie(
                        Releases.FIRST,
                        new PackageFile(
                                "keelson-" + Releases.FIRST + ".payload",
                                payload.sizeBytes(),
                                payload.sha256())));
        String before = host.slotFingerprint();
        host.ask("keelson host check");
        String line =
                Patience.until(
                        "keelsond's refusal",
                        Stage.LONG,
                        () -> {
                            String said =
                                    host.ask(
                                            "journalctl -b -u keelsond -o cat --no-pager | grep 'update skipped' | tail -1 || true");
                            return Look.of(said.contains("not newer"), said, said);
                        });
        Stage.require("idle", host.status().path("state").asString(""), "keelsond's state");
        Stage.require(before, host.slotFingerprint(), "the fingerprint of slots and ESP");
        gateway.tellTheTruth();
        return line;
    }

    private String rollback() throws IOException, InterruptedException {
        host.skipBoots();
        String answer = host.ask("keelson host rollback");
        stage.awaitRelease(Releases.FIRST);
        stage.awaitHealthy();
        JsonNode seen = stage.awaitServer(Releases.FIRST, "rolled-back");
        stage.awaitFreeSlot();
        Stage.require(
                "[keelson_1.0.0.efi, keelson_1.1.0+0.efi]",
                host.bootEntries().toString(),
                "the boot entries");
        host.ask("keelson host check");
        JsonNode _ = stage.awaitState("idle");
        return "%s; the server knows: %s"
                .formatted(answer, seen.path("lastError").path("reason").asString("no reason"));
    }
}
