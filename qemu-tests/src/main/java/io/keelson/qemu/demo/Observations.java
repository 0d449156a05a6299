package io.keelson.qemu.demo;

import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Patience.Look;
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

/** What all updates are watched by: the server, the lock, the host. */
final class Observations {
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(4);
    private static final Duration REPORT_DEADLINE = Duration.ofMinutes(4);

    final Timeline timeline;
    final ControlPlane plane;
    final LabHost host;
    private final Map<String, Long> lockRevisions = new LinkedHashMap<>();

    Observations(Timeline timeline, ControlPlane plane, LabHost host) {
        this.timeline = timeline;
        this.plane = plane;
        this.host = host;
    }

    /** Revisions of the lock's document at moments worth looking at again. */
    Map<String, Long> lockRevisions() {
        return Collections.unmodifiableMap(lockRevisions);
    }

    boolean awaitNoHolder() throws IOException, InterruptedException {
        return Patience.until(
                "a free reboot slot",
                LOCK_DEADLINE,
                () -> {
                    List<RebootGroup.Holder> holders = plane.lockStatus().document().holders();
                    return Look.of(holders.isEmpty(), true, "held by " + holders);
                });
    }

    JsonNode awaitServer(String version, String state) throws IOException, InterruptedException {
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

    void tellProgress() throws IOException {
        JsonNode seen = plane.host();
        timeline.progress(seen.path("state").asString("starting"), 0, 1);
    }

    void note(String moment, RebootStatus lock) {
        // Who waits has keys of its own, which the document's revision does not tell of.
        lockRevisions.putIfAbsent(moment, lock.standing().storeRevision());
    }

    static void require(String wanted, String seen, String what) throws IOException {
        if (!seen.equals(wanted)) {
            throw new IOException(what + " is '" + seen + "' and should be '" + wanted + "'");
        }
    }
}
