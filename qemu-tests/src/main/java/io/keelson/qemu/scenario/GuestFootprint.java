package io.keelson.qemu.scenario;

import io.keelson.qemu.lab.ControlPlane;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Credentials;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What keelsond needs on a host, where it talks to its server by TLS: at rest, and with its child
 * while a release is applied. Processor time is told and not judged: that of an emulated processor
 * says little.
 */
public final class GuestFootprint {
    private static final long REST_KIB_MAX = 64L << 10;
    private static final long PEAK_KIB_MAX = 128L << 10;

    /** More than one of the intervals at which the C library's heap is given back. */
    private static final long REST_SECONDS = 75;

    private static final String AUTHORITY = "/etc/keelson/footprint-ca.pem";

    /** A page that keelsond and its child both have in memory counts once. */
    private static final String SAMPLER =
            """
            cat > /run/keelson-sampler <<'END'
            peak=0
            while [ ! -e /run/keelson-sampler-stop ]; do
                total=0
                for pid in $(< /sys/fs/cgroup/system.slice/keelsond.service/cgroup.procs); do
                    while read -r key value _; do
                        [ "$key" != Pss: ] || total=$((total + value))
                    done < /proc/$pid/smaps_rollup
                done 2>/dev/null
                [ $total -le $peak ] || { peak=$total; echo $peak > /run/keelson-peak; }
                sleep 0.5
            done
            END
            systemd-run --quiet --unit=keelson-sampler bash /run/keelson-sampler
            """;

    private final Stage stage;
    private final LabHost host;

    private GuestFootprint(Stage stage) {
        this.stage = stage;
        this.host = stage.host();
    }

    /**
     * Measures both.
     *
     * @return the peak in KiB
     * @throws IOException where keelsond needs more than it may
     */
    public static Long pass(Lab lab) throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), lab.timeline());
        releases.first();
        releases.good();
        ControlPlane plane = ControlPlane.start(lab);
        Certificate certificate =
                Certificate.of(
                        VirtualMachine.HOST_ADDRESS, lab.settings().run().resolve("gateway"));
        Gateway gateway =
                lab.belongings().hold(Gateway.open(plane.serverUrl(), certificate.context()));
        Firmware firmware = Firmware.installed();
        MachineSpec spec =
                lab.machine(plane, firmware, lab.accelerator(firmware))
                        .withCredentials(credentials(plane, gateway, certificate));
        lab.timeline().note("other-host holds the slot, fence " + plane.takeSlot());
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        Stage stage = new Stage(lab, plane, host);
        boolean isDone = false;
        try {
            lab.timeline().step("booting 1.0.0", host::awaitBoot);
            var footprint = new GuestFootprint(stage);
            footprint.rest();
            long peak = footprint.peak();
            isDone = true;
            return peak;
        } catch (IOException e) {
            throw Lab.emulatorFault(host.machine(), e).<IOException>map(f -> f).orElse(e);
        } finally {
            if (!isDone && !lab.isEnding()) {
                stage.keepJournal();
            }
        }
    }

    private static Map<String, String> credentials(
            ControlPlane plane, Gateway gateway, Certificate certificate) {
        String pinned =
                Base64.getEncoder()
                        .encodeToString(certificate.pem().getBytes(StandardCharsets.UTF_8));
        return Map.of(
                Credentials.UPDATE_CONFIG,
                plane.hostConfig()
                        .replaceFirst(
                                "SERVER=.*",
                                "SERVER=https://%s:%d/v1/update/\nSERVER_CA_FILE=%s"
                                        .formatted(
                                                VirtualMachine.HOST_ADDRESS,
                                                gateway.port(),
                                                AUTHORITY))
                        .replaceFirst("POLL_INTERVAL=.*", "POLL_INTERVAL=3600"),
                "tmpfiles.extra",
                "d /etc/keelson 0755 root root\nf~ %s 0644 root root - %s\n"
                        .formatted(AUTHORITY, pinned));
    }

    private void rest() throws IOException, InterruptedException {
        stage.awaitHealthy();
        host.ask("keelson host check");
        JsonNode _ = stage.awaitState("idle");
        JsonNode known = stage.plane().host();
        if (known.isEmpty()) {
            throw new IOException("the host did not reach its server by TLS");
        }
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        long before = cpuTicks();
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        long ticks = cpuTicks() - before;
        long resident = kib("VmRSS");
        stage.lab()
                .timeline()
                .fact(
                        1,
                        "keelsond at rest",
                        "%.1f MiB resident, of it %.1f its own; %.2f s of processor in %d s"
                                .formatted(
                                        resident / 1024.0,
                                        kib("RssAnon") / 1024.0,
                                        ticks / 100.0,
                                        REST_SECONDS));
        require(resident, REST_KIB_MAX, "keelsond at rest");
    }

    private long peak() throws IOException, InterruptedException {
        host.ask(SAMPLER);
        stage.plane().publish(Releases.GOOD);
        stage.plane().promote(Releases.GOOD);
        host.ask("keelson host check");
        JsonNode _ = stage.awaitState("waiting-for-lock");
        host.ask("touch /run/keelson-sampler-stop");
        long peak = Long.parseLong(host.ask("cat /run/keelson-peak"));
        stage.lab()
                .timeline()
                .fact(
                        2,
                        "keelsond and its child applying 1.1.0",
                        "%.1f MiB at most, pages of both once".formatted(peak / 1024.0));
        require(peak, PEAK_KIB_MAX, "applying a release");
        return peak;
    }

    private long kib(String field) throws IOException, InterruptedException {
        String line = host.ask("grep '^" + field + ":' /proc/$(%s)/status".formatted(PID));
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** Of a hundredth of a second each. */
    private long cpuTicks() throws IOException, InterruptedException {
        String[] fields = host.ask("cat /proc/$(%s)/stat".formatted(PID)).split("\\s+", -1);
        return Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
    }

    private static final String PID = "systemctl show -p MainPID --value keelsond.service";

    private static void require(long kib, long most, String what) throws IOException {
        if (kib > most) {
            throw new IOException("%s takes %d KiB and may take %d".formatted(what, kib, most));
        }
    }
}
