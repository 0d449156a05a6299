package io.keelson.qemu.scenario;

import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Patience.Look;
import io.keelson.reboot.group.RebootGroup;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A machine, the server and the lock it belongs to, and what is asked of them by all scenarios. */
record Stage(Lab lab, ControlPlane plane, LabHost host) {
    /** A payload of 100 MB and a boot, emulated on a busy machine. */
    static final Duration LONG = Duration.ofMinutes(15);

    static void require(String wanted, String seen, String what) throws IOException {
        if (!seen.equals(wanted)) {
            throw new IOException(what + " is '" + seen + "' and should be '" + wanted + "'");
        }
    }

    /** Waits for keelsond to be in a state. */
    JsonNode awaitState(String state) throws IOException, InterruptedException {
        return Patience.until(
                "keelsond in state " + state,
                LONG,
                () -> {
                    JsonNode status = host.status();
                    String now = status.path("state").asString("");
                    return Look.of(now.equals(state), status, now + " " + status.path("lastError"));
                });
    }

    /** Waits for the server to know the host on a release, in a state. */
    JsonNode awaitServer(String version, String state) throws IOException, InterruptedException {
        return Patience.until(
                "the host on %s, %s, at the server".formatted(version, state),
                LONG,
                () -> {
                    JsonNode seen = plane.host();
                    String now =
                            seen.path("version").asString("")
                                    + ", "
                                    + seen.path("state").asString("");
                    return Look.of(now.equals(version + ", " + state), seen, now);
                });
    }

    /** Waits for the boot that brings this release. */
    void awaitRelease(String version) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        String seen = "nothing";
        while (System.nanoTime() < end) {
            host.awaitBoot();
            try {
                seen = host.version();
                if (seen.equals(version)) {
                    return;
                }
            } catch (IOException e) {
                lab.timeline().note("a boot ended before it could be asked: " + e.getMessage());
            }
        }
        throw new IOException("the host runs " + seen + " and not " + version);
    }

    /** Waits until a boot of this host is blessed. */
    void awaitHealthy() throws IOException, InterruptedException {
        String healthy =
                Patience.until(
                        "a healthy boot",
                        LONG,
                        () -> {
                            JsonNode verdict = host.health();
                            return Look.of(
                                    verdict.path("healthy").asBoolean(false),
                                    "healthy",
                                    verdict.toString());
                        });
        require("healthy", healthy, "the gate's verdict");
    }

    void awaitFreeSlot() throws IOException, InterruptedException {
        List<RebootGroup.Holder> _ =
                Patience.until(
                        "a free reboot slot",
                        LONG,
                        () -> {
                            var holders = plane.lockStatus().document().holders();
                            return Look.of(holders.isEmpty(), holders, "held by " + holders);
                        });
    }

    /** The guest's journal, for whoever has to find out. */
    void keepJournal() throws InterruptedException {
        try {
            if (host.machine().isRunning()) {
                host.saveJournal(lab.settings().run().resolve("journal.txt"));
            }
        } catch (IOException e) {
            lab.timeline().note("the guest's journal could not be saved: " + e.getMessage());
        }
    }

    /** A unit of the test's own that basic.target of the running host pulls in. */
    static Map<String, String> unit(String name, String content) {
        return Map.of(
                "systemd.extra-unit." + name,
                content,
                "systemd.unit-dropin.basic.target",
                "[Unit]\nWants=" + name + "\n");
    }

    /** How often the console has said something so far. */
    long count(String text) throws IOException {
        try (var lines = Files.lines(host.machine().consoleLog(), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }
}
