package io.keelson.qemu.demo;

import io.keelson.cli.api.ServerRefusal;
import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.timeline.Timeline;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

/** Point 7: an update that somebody else signed. */
final class ForgedUpdate {
    private final Observations watch;
    private final Timeline timeline;
    private final ControlPlane plane;
    private final LabHost host;

    ForgedUpdate(Observations watch) {
        this.watch = watch;
        this.timeline = watch.timeline;
        this.plane = watch.plane;
        this.host = watch.host;
    }

    /** 1.3.0: refused by the server, and when the server is stolen, by the host. */
    void run() throws IOException, InterruptedException {
        timeline.chapter(7, "a forged update: 1.3.0 is signed by a foreign key");
        ServerRefusal refusal = plane.publishRefused(Releases.FORGED);
        timeline.fact(
                7,
                "the server refuses it at publish",
                refusal.status() + " " + refusal.kind() + ": " + refusal.getMessage());
        String before = host.slotFingerprint();
        timeline.step(
                "a stolen server: it trusts the foreign key and offers 1.3.0",
                () -> {
                    plane.becomeStolen();
                    plane.publish(Releases.FORGED);
                    plane.promote(Releases.FORGED);
                    return plane;
                });
        JsonNode refused = watch.awaitServer(Releases.GOOD, "refused");
        timeline.fact(7, "the host refuses it", refusalOfTheHost());
        JsonNode error = refused.path("lastError");
        Observations.require(
                Releases.FORGED, error.path("version").asString(), "the release the host refused");
        timeline.fact(
                7,
                "the server shows why",
                "%s %s, %s: %s"
                        .formatted(
                                refused.path("state").asString(),
                                Releases.FORGED,
                                error.path("name").asString(""),
                                error.path("reason").asString("")));
        String after = host.slotFingerprint();
        Observations.require(before, after, "the content of the slots");
        timeline.fact(
                7,
                "nothing was written to a slot",
                "the first 34 sectors, the first 16 MiB of partitions 2 to 5 and the ESP's entries are as before");
        Observations.require(Releases.GOOD, host.version(), "the release that runs");
        host.passGate(ConsoleGate.strict());
    }

    /** What keelsond itself keeps about the release. */
    private String refusalOfTheHost() throws IOException, InterruptedException {
        for (JsonNode bad : host.status().path("bad")) {
            if (bad.path("version").asString("").equals(Releases.FORGED)) {
                return bad.path("reason").asString("no reason given");
            }
        }
        throw new IOException("keelsond in the guest does not list 1.3.0 among the bad releases");
    }
}
