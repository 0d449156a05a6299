package io.keelson.qemu.demo;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Patience.Look;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.timeline.Timeline;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.group.RebootGroup;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Point 6: an update that is unwell. */
final class UnhealthyUpdate {
    private static final Duration CHECK_IN_DEADLINE = Duration.ofMinutes(4);
    private static final Duration APPLY_DEADLINE = Duration.ofMinutes(12);
    private static final Duration FALLBACK_DEADLINE = Duration.ofMinutes(25);
    private static final int TRIES = 3;

    /** keelson-fallback.service says this on the console before it reboots. */
    private static final Pattern GATE_FAILED =
            Pattern.compile("keelson: health gate failed, rebooting[^\\n]*");

    /** How it goes on: the release that runs and the name that systemd-boot gave its entry. */
    private static final Pattern TRY = Pattern.compile("release=(\\S+) entry=(\\S+)");

    private final Observations watch;
    private final Timeline timeline;
    private final ControlPlane plane;
    private final LabHost host;

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
            MatchResult failed =
                    timeline.step(
                            "try %d of %d of 1.2.0".formatted(attempt, TRIES),
                            () ->
                                    host.machine()
                                            .awaitConsole(GATE_FAILED, from, FALLBACK_DEADLINE));
            mark += failed.end();
            Try seen = Try.in(failed.group());
            Observations.require(Releases.UNHEALTHY, seen.release(), "the release on trial");
            Observations.require(
                    "keelson_%s+%d-%d.efi".formatted(Releases.UNHEALTHY, TRIES - attempt, attempt),
                    seen.entry(),
                    "the boot entry of try " + attempt);
            timeline.fact(
                    6,
                    "try %d fails its health gate and reboots".formatted(attempt),
                    seen.release() + " from " + seen.entry());
        }
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
                                lock.document().policy().failureBudget(),
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

    /** One try, as the guest told it before it rebooted. */
    record Try(String release, String entry) {
        static Try in(String line) throws IOException {
            Matcher told = TRY.matcher(line);
            if (!told.find()) {
                throw new IOException("a try of 1.2.0 did not tell its boot entry: " + line);
            }
            return new Try(told.group(1), told.group(2));
        }
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

    /**
     * At a later check the server does not offer it and says why; the host's events tell of one
     * download in all.
     */
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
