package io.keelson.qemu.demo;

import io.keelson.cli.ServerRefusal;
import io.keelson.qemu.demo.Patience.Look;
import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.timeline.Timeline;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.group.RebootGroup;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Points 5 to 7: an update that is good, one that is unwell, and one that is forged. */
final class Updates {
    private static final Duration CHECK_IN_DEADLINE = Duration.ofMinutes(4);
    private static final Duration APPLY_DEADLINE = Duration.ofMinutes(12);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(4);
    private static final Duration BLESS_DEADLINE = Duration.ofMinutes(6);
    private static final Duration FALLBACK_DEADLINE = Duration.ofMinutes(25);
    private static final Duration REPORT_DEADLINE = Duration.ofMinutes(4);
    private static final int TRIES = 3;

    /** keelson-fallback.service says this on the console before it reboots. */
    private static final Pattern GATE_FAILED =
            Pattern.compile("keelson: health gate failed, rebooting");

    private final Timeline timeline;
    private final ControlPlane plane;
    private final DemoHost host;
    private final Map<String, Long> lockRevisions = new LinkedHashMap<>();

    Updates(Timeline timeline, ControlPlane plane, DemoHost host) {
        this.timeline = timeline;
        this.plane = plane;
        this.host = host;
    }

    /** Revisions of the lock's document at moments worth looking at again. */
    Map<String, Long> lockRevisions() {
        return Collections.unmodifiableMap(lockRevisions);
    }

    /** 1.1.0: fetched, written while running, held back by the lock, booted, blessed, reported. */
    void good() throws IOException, InterruptedException {
        timeline.chapter(5, "a good update: 1.0.0 to 1.1.0");
        String slot = host.slot();
        String kernel = host.kernel();
        JsonNode first =
                timeline.step(
                        "waiting for the host to check in",
                        () ->
                                Patience.until(
                                        "a check-in of the host",
                                        CHECK_IN_DEADLINE,
                                        this::checkIn));
        timeline.fact(
                5,
                "the host checks in over Omaha",
                "%s on %s"
                        .formatted(
                                first.path("machineId").asString(),
                                first.path("version").asString()));
        timeline.step(
                "the host fetches, verifies and writes 1.1.0 into the idle slot",
                () -> awaitQueued(Releases.GOOD));
        timeline.fact(
                5, "written while running", host.version() + " still runs from " + host.slot());
        timeline.fact(5, "keelsond in the guest", stateOf(host.status(), "waiting-for-lock"));
        timeline.fact(
                5,
                "the server sees",
                plane.host().path("state").asString()
                        + ", target "
                        + plane.host().path("targetVersion").asString());
        plane.freeSlot();
        timeline.note(ControlPlane.OTHER_HOLDER + " gives the slot back");
        timeline.step("the host takes the slot", this::awaitHolder);
        timeline.step("rebooting into 1.1.0", host::awaitBoot);
        require(Releases.GOOD, host.version(), "the release after the reboot");
        timeline.fact(
                5,
                "runs after the reboot",
                host.version() + ", Linux " + host.kernel() + " (was " + kernel + ")");
        if (host.slot().equals(slot)) {
            throw new IOException("1.1.0 runs from " + slot + ", the slot of 1.0.0");
        }
        timeline.fact(5, "from the other slot", host.slot() + " (was " + slot + ")");
        blessed(Releases.GOOD);
        timeline.step("the host releases the lock", this::awaitNoHolder);
        RebootStatus lock = plane.lockStatus();
        note("the host gave the slot back", lock);
        timeline.fact(
                5,
                "lock released after the health gate",
                "no holder, %d failures".formatted(lock.document().failures().used()));
        JsonNode reported = awaitServer(Releases.GOOD, "updated");
        timeline.fact(
                5,
                "the server shows the host on",
                reported.path("version").asString() + ", " + reported.path("state").asString());
        host.passGate(ConsoleGate.strict());
    }

    /** 1.2.0: tried three times, given up, reported, not fetched again. */
    void unhealthy() throws IOException, InterruptedException {
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
        require(slot, host.slot(), "the slot after the fall back");
        timeline.fact(6, "back by itself on", host.version() + " from " + host.slot());
        JsonNode reported = awaitServer(Releases.GOOD, "rolled-back");
        timeline.fact(
                6,
                "rollback reported with a reason",
                reported.path("lastError").path("reason").asString());
        timeline.step("the host releases the lock", this::awaitNoHolder);
        RebootStatus lock = plane.lockStatus();
        note("the failure was counted", lock);
        require("1", "" + lock.document().failures().used(), "the lock's failure budget in use");
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

    /** 1.3.0: refused by the server, and when the server is stolen, by the host. */
    void forged() throws IOException, InterruptedException {
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
        JsonNode refused =
                timeline.step(
                        "the host looks at 1.3.0", () -> awaitServer(Releases.GOOD, "refused"));
        JsonNode error = refused.path("lastError");
        timeline.fact(
                7,
                "the host refuses it",
                "%s (%s)"
                        .formatted(
                                error.path("reason").asString(),
                                error.path("name")
                                        .asString("error " + error.path("code").asInt(0))));
        require(Releases.FORGED, error.path("version").asString(), "the release the host refused");
        String after = host.slotFingerprint();
        require(before, after, "the content of the slots");
        timeline.fact(
                7,
                "nothing was written to a slot",
                "partition table, both slots and the ESP's entries are as before");
        timeline.fact(
                7, "the server shows why", plane.why().path("decision").path("message").asString());
        require(Releases.GOOD, host.version(), "the release that runs");
        host.passGate(ConsoleGate.strict());
    }

    private Look<JsonNode> checkIn() throws IOException {
        JsonNode seen = plane.host();
        return Look.of(
                seen.has("lastCheck") && !seen.path("lastCheck").isNull(),
                seen,
                "no host has called in");
    }

    /** While it waits, progress is what the server and the lock show. */
    private RebootGroup.Waiting awaitQueued(String version)
            throws IOException, InterruptedException {
        RebootGroup.Waiting waiting =
                Patience.until(
                        "the host in the queue of the lock",
                        APPLY_DEADLINE,
                        () -> {
                            RebootGroup group = plane.lockStatus().document();
                            tellProgress();
                            return group.queue().isEmpty()
                                    ? new Look.NotYet<>(
                                            "the server sees the host "
                                                    + plane.host()
                                                            .path("state")
                                                            .asString("nowhere"))
                                    : new Look.Seen<>(group.queue().getFirst());
                        });
        RebootStatus lock = plane.lockStatus();
        note("the host waits behind " + ControlPlane.OTHER_HOLDER, lock);
        require(
                ControlPlane.OTHER_HOLDER,
                lock.document().holders().getFirst().id(),
                "the holder of the only slot");
        timeline.fact(
                5,
                "waits for the reboot slot",
                waiting.id() + " queued behind " + ControlPlane.OTHER_HOLDER + " for " + version);
        return waiting;
    }

    private void tellProgress() throws IOException {
        JsonNode seen = plane.host();
        timeline.progress(seen.path("state").asString("starting"), 0, 1);
    }

    private RebootGroup.Holder awaitHolder() throws IOException, InterruptedException {
        RebootGroup.Holder holder =
                Patience.until(
                        "the host as holder of the slot",
                        LOCK_DEADLINE,
                        () -> {
                            RebootStatus lock = plane.lockStatus();
                            List<RebootGroup.Holder> holders = lock.document().holders();
                            if (holders.isEmpty()) {
                                return new Look.NotYet<>("nobody holds the slot");
                            }
                            note("the host holds the slot", lock);
                            return new Look.Seen<>(holders.getFirst());
                        });
        timeline.fact(
                5,
                "takes the slot when it is free",
                holder.id() + " " + holder.state().wire() + ", fence " + holder.fence());
        return holder;
    }

    private boolean awaitNoHolder() throws IOException, InterruptedException {
        return Patience.until(
                "a free reboot slot",
                LOCK_DEADLINE,
                () -> {
                    List<RebootGroup.Holder> holders = plane.lockStatus().document().holders();
                    return Look.of(holders.isEmpty(), true, "held by " + holders);
                });
    }

    /** The counter goes from the entry's name when systemd-bless-boot has blessed it. */
    private void blessed(String version) throws IOException, InterruptedException {
        String entry = "keelson_" + version + ".efi";
        List<String> entries =
                timeline.step(
                        "the health gate and the blessing",
                        () ->
                                Patience.until(
                                        "a blessed entry of " + version,
                                        BLESS_DEADLINE,
                                        () -> {
                                            List<String> seen = host.bootEntries();
                                            return Look.of(
                                                    seen.contains(entry), seen, seen.toString());
                                        }));
        timeline.fact(5, "blessed: the entry has no counter", String.join(", ", entries));
        timeline.fact(
                5,
                "health gate",
                host.ask("systemctl show -P ActiveState -P Result keelson-health.service | xargs"));
    }

    private JsonNode awaitServer(String version, String state)
            throws IOException, InterruptedException {
        return timeline.step(
                "the server hears of it",
                () ->
                        Patience.until(
                                "the host on %s, %s, at the server".formatted(version, state),
                                REPORT_DEADLINE,
                                () -> {
                                    JsonNode seen = plane.host();
                                    boolean isSo =
                                            seen.path("version").asString("").equals(version)
                                                    && seen.path("state")
                                                            .asString("")
                                                            .equals(state);
                                    return Look.of(
                                            isSo,
                                            seen,
                                            seen.path("version").asString("")
                                                    + ", "
                                                    + seen.path("state").asString(""));
                                }));
    }

    private RebootGroup.Holder awaitLeaving() throws IOException, InterruptedException {
        return Patience.until(
                "the host's reboot for 1.2.0",
                APPLY_DEADLINE,
                () -> {
                    List<RebootGroup.Holder> holders = plane.lockStatus().document().holders();
                    tellProgress();
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
        require("1", "" + downloads, "the number of downloads of 1.2.0");
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

    private void note(String moment, RebootStatus lock) {
        lockRevisions.putIfAbsent(moment, lock.revision());
    }

    private static String stateOf(JsonNode status, String wanted) throws IOException {
        String state = status.path("state").asString("");
        require(wanted, state, "keelsond's state");
        return status.toString();
    }

    private static void require(String wanted, String seen, String what) throws IOException {
        if (!seen.equals(wanted)) {
            throw new IOException(what + " is '" + seen + "' and should be '" + wanted + "'");
        }
    }
}
