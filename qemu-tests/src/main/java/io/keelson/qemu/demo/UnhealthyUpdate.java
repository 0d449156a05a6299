package io.keelson.qemu.demo;

import io.keelson.qemu.demo.Patience.Look;
import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.timeline.Timeline;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.group.RebootGroup;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Point 6: an update that is unwell. */
final class UnhealthyUpdate {
    private static final Duration CHECK_IN_DEADLINE = Duration.ofMinutes(4);
    private static final Duration APPLY_DEADLINE = Duration.ofMinutes(12);
    private static final Duration FALLBACK_DEADLINE = Duration.ofMinutes(25);
    private static final int TRIES = 3;

    /** keelson-fallback.service says this on the console before it reboots. */
    private static final Pattern GATE_FAILED =
            Pattern.compile("keelson: health gate failed, rebooting");

    private final Observations watch;
    private final Timeline timeline;
    private final ControlPlane plane;
    private final DemoHost host;

    UnhealthyUpdate(Observations watch) {
        this.watch = watch;
        this.timeline = watch.timeline;
        this.plane = watch.plane;
        this.host = watch.host;
    }

    /** 1.2.0: tried three times, given up, reported, not fetched again. */
    void run() throws IOException, InterruptedException {
        timeline.chapter(6, "an unhealthy update: 1.2.0 is tried and given up");
        String slot = host.slot();
        int mark = host.machine().console().mark();
        plane.publish(Releases.UNHEALTHY);
        plane.promote(Releases.UNHEALTHY);
        timeline.note("published 1.2.0");
        timeline.step("the host writes 1.2.0, takes the slot and reboots", this::awaitLeaving);
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            int from = mark;
            mark =
                    timeline.step(
                            "try %d of %d of 1.2.0".formatted(attempt, TRIES),
                            () -> failedGate(from));
        }
        timeline.fact(
                6,
                "1.2.0 fails its health gate",
                TRIES + " tries burnt, each ended by its own reboot");
        host.skipBoots();
        timeline.step("coming back on 1.1.0", () -> awaitVersion(Releases.GOOD));
        Observations.require(slot, host.slot(), "the slot after the fall back");
        timeline.fact(6, "back by itself on", host.version() + " from " + host.slot());
        JsonNode reported = watch.awaitServer(Releases.GOOD, "rolled-back");
        timeline.fact(
                6,
                "rollback reported with a reason",
                reported.path("lastError").path("reason").asString());
        timeline.step("the host releases the lock", watch::awaitNoHolder);
        RebootStatus lock = plane.lockStatus();
        watch.note("the failure was counted", lock);
        Observations.require(
                "1", "" + lock.document().failures().used(), "the lock's failure budget in use");
        timeline.fact(
                6,
                "failure budget",
                "%d of %d used: %s"
                        .formatted(
                                lock.document().failures().used(),
                                lock.document().failures().max(),
                                lock.document()
                                        .failures()
                                        .last()
                                        .map(RebootGroup.LastFailure::reason)
                                        .orElse("")));
        notFetchedAgain();
        host.passGate(
                ConsoleGate.strict()
                        .expectingLine(
                                "keelson-health\\.service|Keelson health gate|boot-complete\\.target|Boot Completion Check|systemd-bless-boot"));
    }

    private RebootGroup.Holder awaitLeaving() throws IOException, InterruptedException {
        return Patience.until(
                "the host's reboot for 1.2.0",
                APPLY_DEADLINE,
                () -> {
                    List<RebootGroup.Holder> holders = plane.lockStatus().document().holders();
                    watch.tellProgress();
                    return holders.isEmpty()
                            ? new Look.NotYet<>(
                                    "the server sees the host "
                                            + plane.host().path("state").asString("nowhere"))
                            : new Look.Seen<>(holders.getFirst());
                });
    }

    private int failedGate(int mark) throws IOException, InterruptedException {
        var found = host.machine().awaitConsole(GATE_FAILED, mark, FALLBACK_DEADLINE);
        return mark + found.end();
    }

    private String awaitVersion(String version) throws IOException, InterruptedException {
        long end = System.nanoTime() + FALLBACK_DEADLINE.toNanos();
        while (System.nanoTime() < end) {
            host.awaitBoot();
            // The shell greets on every boot, also on the tries that fail.
            try {
                if (host.version().equals(version)) {
                    return version;
                }
            } catch (IOException e) {
                timeline.note("a boot ended before it could be asked: " + e.getMessage());
            }
        }
        throw new IOException(
                "the host did not come back on "
                        + version
                        + " within "
                        + FALLBACK_DEADLINE.toMinutes()
                        + " minutes");
    }

    /** Two checks later the host still has not fetched it: the server and the host both say why. */
    private void notFetchedAgain() throws IOException, InterruptedException {
        String after = plane.host().path("lastCheck").asString("");
        JsonNode why =
                timeline.step(
                        "checking in again",
                        () ->
                                Patience.until(
                                        "a later check-in",
                                        CHECK_IN_DEADLINE,
                                        () -> {
                                            JsonNode decision = plane.why().path("decision");
                                            boolean later =
                                                    plane.host()
                                                                    .path("lastCheck")
                                                                    .asString("")
                                                                    .compareTo(after)
                                                            > 0;
                                            return Look.of(
                                                    later
                                                            && !decision.path("reason")
                                                                    .asString("")
                                                                    .equals("offered"),
                                                    decision,
                                                    decision.toString());
                                        }));
        long downloads = downloadsOf(Releases.UNHEALTHY);
        Observations.require("1", "" + downloads, "the number of downloads of 1.2.0");
        timeline.fact(
                6,
                "1.2.0 is not fetched again",
                "%s; %d download of it in all"
                        .formatted(why.path("message").asString(), downloads));
    }

    /** Counts the server's "download started" events (Omaha type 13, result 1) of a release. */
    private long downloadsOf(String version) throws IOException {
        long count = 0;
        for (JsonNode event : plane.host().path("events")) {
            boolean started =
                    event.path("type").asInt(0) == 13 && event.path("result").asInt(-1) == 1;
            if (started && event.toString().contains("\"" + version + "\"")) {
                count++;
            }
        }
        return count;
    }
}
