package io.keelson.qemu.demo;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.timeline.Timeline;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;

/** What is seen in the guest after its first boot: the whole chain of trust, link by link. */
final class FirstBootFacts {
    private static final Duration DAEMON_DEADLINE = Duration.ofMinutes(3);

    private FirstBootFacts() {}

    static void collect(Timeline timeline, LabHost host) throws IOException, InterruptedException {
        require("1", host.secureBoot(), "the firmware's SecureBoot variable");
        timeline.fact(4, "the guest reports SecureBoot", "1");
        timeline.fact(4, "started by", host.bootLoader());
        require(Releases.FIRST, host.version(), "the release that runs");
        timeline.fact(4, "release and kernel", host.version() + ", Linux " + host.kernel());
        String verity = host.verity();
        if (!verity.contains(" V")) {
            throw new IOException("dm-verity does not vouch for /usr: " + verity);
        }
        timeline.fact(4, "dm-verity on /usr", verity + " over " + host.slot());
        timeline.fact(4, "/usr is mounted", host.ask("grep ' /usr ' /proc/mounts"));
        JsonNode status =
                timeline.step(
                        "waiting for keelsond",
                        () ->
                                Patience.until(
                                        "keelsond",
                                        DAEMON_DEADLINE,
                                        () -> {
                                            JsonNode answer = host.status();
                                            return Patience.Look.of(
                                                    answer.isObject(), answer, answer.toString());
                                        }));
        timeline.fact(4, "keelsond answers", "state " + status.path("state").asString("unknown"));
        host.passGate(ConsoleGate.strict());
    }

    private static void require(String wanted, String seen, String what) throws IOException {
        if (!seen.equals(wanted)) {
            throw new IOException(what + " is '" + seen + "' and should be '" + wanted + "'");
        }
    }
}
