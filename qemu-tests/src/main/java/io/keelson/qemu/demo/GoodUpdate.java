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
import io.keelson.reboot.group.Waiter;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Point 5: a good update. */
final class GoodUpdate {
    private static final Duration CHECK_IN_DEADLINE = Duration.ofMinutes(4);
    private static final Duration APPLY_DEADLINE = Duration.ofMinutes(12);
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(4);
    private static final Duration BLESS_DEADLINE = Duration.ofMinutes(6);

    private final Observations watch;
    private final Timeline timeline;
    private final ControlPlane plane;
    private final LabHost host;

    GoodUpdate(Observations watch) {
        this.watch = watch;
        this.timeline = watch.timeline;
        this.plane = watch.plane;
        this.host = watch.host;
    }

    /** 1.1.0: fetched, written while running, held back by the lock, booted, blessed, reported. */
    void run() throws IOException, InterruptedException {
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
        String id =
                timeline.step(
                        "the host fetches, verifies and writes 1.1.0 into the idle slot",
                        () -> awaitQueued(Releases.GOOD).id());
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
        timeline.step("the host takes the slot", () -> awaitHolder(id));
        String bootId = timeline.step("rebooting into 1.1.0", host::awaitBoot);
        String early = firstLook(id);
        Observations.require(Releases.GOOD, host.version(), "the release after the reboot");
        timeline.fact(
                5,
                "runs after the reboot",
                host.version() + ", Linux " + host.kernel() + " (was " + kernel + ")");
        if (host.slot().equals(slot)) {
            throw new IOException("1.1.0 runs from " + slot + ", the slot of 1.0.0");
        }
        timeline.fact(5, "from the other slot", host.slot() + " (was " + slot + ")");
        timeline.fact(5, "holds the slot while on trial", id + " with " + early);
        blessed(id);
        healthy(bootId);
        timeline.step("the host releases the lock", watch::awaitNoHolder);
        RebootStatus lock = plane.lockStatus();
        watch.note("the host gave the slot back", lock);
        timeline.fact(
                5,
                "lock released after the health gate",
                "no holder, %d failures".formatted(lock.document().failures().used()));
        JsonNode reported = watch.awaitServer(Releases.GOOD, "updated");
        timeline.fact(
                5,
                "the server shows the host on",
                reported.path("version").asString() + ", " + reported.path("state").asString());
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
    private Waiter awaitQueued(String version) throws IOException, InterruptedException {
        Waiter waiting =
                Patience.until(
                        "the host in the queue of the lock",
                        APPLY_DEADLINE,
                        () -> {
                            RebootStatus group = plane.lockStatus();
                            watch.tellProgress();
                            return group.queue().isEmpty()
                                    ? new Look.NotYet<>(
                                            "the server sees the host "
                                                    + plane.host()
                                                            .path("state")
                                                            .asString("nowhere"))
                                    : new Look.Seen<>(group.queue().getFirst());
                        });
        RebootStatus lock = plane.lockStatus();
        watch.note("the host waits behind " + ControlPlane.OTHER_HOLDER, lock);
        Observations.require(
                ControlPlane.OTHER_HOLDER,
                lock.document().holders().getFirst().id(),
                "the holder of the only slot");
        timeline.fact(
                5,
                "waits for the reboot slot",
                waiting.id() + " queued behind " + ControlPlane.OTHER_HOLDER + " for " + version);
        return waiting;
    }

    private RebootGroup.Holder awaitHolder(String id) throws IOException, InterruptedException {
        RebootGroup.Holder holder =
                Patience.until(
                        "the host as holder of the slot",
                        LOCK_DEADLINE,
                        () -> {
                            RebootStatus lock = plane.lockStatus();
                            Optional<RebootGroup.Holder> found = lock.document().holder(id);
                            if (found.isEmpty()) {
                                return new Look.NotYet<>("held by " + lock.document().holders());
                            }
                            watch.note("the host holds the slot", lock);
                            return new Look.Seen<>(found.get());
                        });
        timeline.fact(
                5,
                "takes the slot when it is free",
                holder.id() + " " + holder.state().wire() + ", fence " + holder.fence());
        return holder;
    }

    /**
     * The lock's holders and then, later, the boot entries: a counter never comes back, so an entry
     * that has one in this look had one too when the holders were read.
     */
    private record Trial(boolean isHeld, List<String> entries) {
        private static final String NAME = "keelson_" + Releases.GOOD;

        Optional<String> counted() {
            return entries.stream().filter(entry -> entry.startsWith(NAME + "+")).findFirst();
        }

        boolean isBlessed() {
            return entries.contains(NAME + ".efi");
        }
    }

    private Trial look(String id) throws IOException, InterruptedException {
        boolean isHeld = plane.lockStatus().document().holder(id).isPresent();
        return new Trial(isHeld, host.bootEntries());
    }

    /** The entry with its counter, seen while the host holds the slot. */
    private String firstLook(String id) throws IOException, InterruptedException {
        Trial trial =
                Patience.until(
                        "the boot entries after the reboot",
                        LOCK_DEADLINE,
                        () -> new Look.Seen<>(look(id)));
        requireHeld(trial);
        return trial.counted()
                .orElseThrow(() ->
                        new IOException(
                                "1.1.0 was not seen on trial; the entries after its boot are "
                                        + trial.entries()));
    }

    private static void requireHeld(Trial trial) throws IOException {
        if (!trial.isHeld() && trial.counted().isPresent()) {
            throw new IOException(
                    "the host gave the reboot slot back before its boot was blessed: "
                            + trial.entries());
        }
    }

    /** The counter goes from the entry's name when systemd-bless-boot has blessed it. */
    private void blessed(String id) throws IOException, InterruptedException {
        Trial last =
                timeline.step(
                        "the health gate and the blessing",
                        () ->
                                Patience.until(
                                        "a blessed entry of " + Releases.GOOD,
                                        BLESS_DEADLINE,
                                        () -> {
                                            Trial trial = look(id);
                                            boolean isEarly =
                                                    !trial.isHeld() && trial.counted().isPresent();
                                            // Patience takes a failure for something that passes:
                                            // judged below.
                                            return Look.of(
                                                    trial.isBlessed() || isEarly,
                                                    trial,
                                                    trial.toString());
                                        }));
        requireHeld(last);
        timeline.fact(5, "blessed: the entry has no counter", String.join(", ", last.entries()));
    }

    private void healthy(String bootId) throws IOException, InterruptedException {
        JsonNode verdict = host.health();
        Observations.require(
                bootId, verdict.path("bootId").asString(""), "the boot that the gate judged");
        Observations.require(
                "true", "" + verdict.path("healthy").asBoolean(false), "the health gate's verdict");
        timeline.fact(
                5,
                "health gate",
                "healthy, %s; boot-complete.target is %s"
                        .formatted(
                                verdict.path("version").asString(""),
                                host.ask("systemctl is-active boot-complete.target")));
    }

    private static String stateOf(JsonNode status, String wanted) throws IOException {
        String state = status.path("state").asString("");
        Observations.require(wanted, state, "keelsond's state");
        return state + ": " + status.path("detail").path("reason").asString("no reason given");
    }
}
