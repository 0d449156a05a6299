package io.keelson.qemu.scenario;

import io.keelson.image.assemble.Platform;
import io.keelson.image.convert.Conversion;
import io.keelson.image.convert.Target;
import io.keelson.image.progress.Progress;
import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.guest.GuestShell;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.lab.Patience;
import io.keelson.qemu.lab.Patience.Look;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Credentials;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Boots the recipe {@code cloud} as {@code image convert --platform qemu} writes it: the signed
 * addon's settings reach keelsond, its services are up, and a container runs.
 */
public final class CloudBoot {
    private static final Duration SETTLING = Duration.ofMinutes(8);
    private static final List<String> SERVICES =
            List.of(
                    "dbus.service",
                    "keelsond.service",
                    "nftables.service",
                    "ssh.service",
                    "systemd-networkd.service",
                    "systemd-resolved.service",
                    "systemd-timesyncd.service");

    /** The system's own programs, seen from a root of its own. */
    private static final String CONTAINER =
            """
            {
              "ociVersion": "1.0.2",
              "process": {
                "user": {"uid": 0, "gid": 0},
                "args": ["/usr/bin/cat", "/proc/1/comm"],
                "env": ["PATH=/usr/bin"],
                "cwd": "/"
              },
              "root": {"path": "rootfs"},
              "mounts": [
                {"destination": "/proc", "type": "proc", "source": "proc"},
                {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}
              ],
              "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "network"}]}
            }\
            """;

    private CloudBoot() {}

    /**
     * Builds, converts, boots and looks.
     *
     * @return what the host said of itself, by question
     */
    public static Map<String, String> pass(Lab lab) throws IOException, InterruptedException {
        lab.keys(lab.settings().keys());
        Releases releases = new Releases(lab.settings(), lab.timeline());
        releases.cloud();
        Path run = lab.settings().run();
        Path settings = Files.writeString(run.resolve("update.conf"), "GROUP=edge\n");
        Path disk = run.resolve("platform.img");
        var place = new Conversion.Place(Platform.QEMU, Optional.of(settings));
        new Conversion(
                        lab.settings().release(Releases.CLOUD),
                        Target.RAW,
                        disk,
                        false,
                        Optional.of(lab.settings().keys()),
                        Optional.of(place))
                .run(Progress.none());
        Map<String, String> credentials = new TreeMap<>(GuestShell.credentials());
        credentials.putAll(Credentials.login());
        Firmware firmware = Firmware.installed();
        MachineSpec spec =
                new MachineSpec(
                        run.resolve("vm"),
                        disk,
                        firmware,
                        lab.accelerator(firmware),
                        credentials,
                        MachineSpec.Size.DEFAULT);
        LabHost host =
                new LabHost(lab.belongings().hold(VirtualMachine.create(spec, lab.children())));
        try {
            lab.timeline().step("booting the recipe cloud", host::awaitBoot);
            Map<String, String> seen = look(host);
            host.passGate(ConsoleGate.strict());
            int number = 0;
            for (var fact : seen.entrySet()) {
                lab.timeline().fact(++number, fact.getKey(), fact.getValue());
            }
            return seen;
        } catch (IOException e) {
            if (host.machine().isRunning()) {
                host.saveJournal(run.resolve("journal.txt"));
            }
            throw Lab.emulatorFault(host.machine(), e).<IOException>map(f -> f).orElse(e);
        } finally {
            Files.deleteIfExists(disk);
        }
    }

    private static Map<String, String> look(LabHost host) throws IOException, InterruptedException {
        Map<String, String> seen = new TreeMap<>();
        seen.put(
                "platform",
                host.ask("grep -o 'keelson.platform=[a-z]*' /proc/cmdline || echo none"));
        Patience.until(
                "a verdict of the health gate and the end of the boot",
                SETTLING,
                () -> {
                    String state = host.ask("systemctl is-system-running || true");
                    return Look.of(
                            !List.of("initializing", "starting").contains(state), state, state);
                });
        seen.put("system", host.ask("systemctl is-system-running || systemctl --failed --plain"));
        seen.put("healthy", host.health().path("healthy").asString(""));
        seen.put("group", host.status().path("group").asString(""));
        seen.put("secure boot", host.secureBoot());
        for (String service : SERVICES) {
            seen.put(service, host.ask("systemctl is-active " + service + " || true"));
        }
        seen.put(
                "update_engine's status by D-Bus",
                host.ask(
                        "busctl --system call com.coreos.update1 /com/coreos/update1"
                                + " com.coreos.update1.Manager GetStatus"));
        seen.put(
                "container",
                host.ask(
                        """
                        set -e
                        mkdir -p /var/lib/scenario/rootfs/usr
                        mkdir /var/lib/scenario/rootfs/dev /var/lib/scenario/rootfs/proc
                        cd /var/lib/scenario
                        ln -s usr/lib rootfs/lib
                        ln -s usr/lib64 rootfs/lib64
                        echo '%s' > config.json
                        crun run hello
                        """
                                .formatted(CONTAINER)));
        return seen;
    }
}
