package io.keelson.qemu.lab;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.qemu.machine.Firmware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks before it leaps: one sentence for what this machine lacks, before anything is made. */
public final class Preflight {
    private static final long GIB = 1L << 30;

    /** Four images, their downloads and the copies that the outside checks look at. */
    private static final long FREE_BYTES_TO_BUILD = 12 * GIB;

    /** The machines' disks and those copies. */
    private static final long FREE_BYTES_TO_RUN = 6 * GIB;

    private static final Map<String, String> PROGRAMS =
            new TreeMap<>(
                    Map.of(
                            "qemu-system-x86_64", "qemu-system-x86",
                            "qemu-img", "qemu-utils",
                            "etcd", "etcd-server",
                            "etcdctl", "etcd-client",
                            "mcopy", "mtools",
                            "sgdisk", "gdisk",
                            "veritysetup", "cryptsetup-bin",
                            "fsck.erofs", "erofs-utils",
                            "fsck.fat", "dosfstools",
                            "sbverify", "sbsigntool"));

    /** Where Debian puts programs; an ordinary user's path may lack half of them. */
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/bin"),
                    Path.of("/usr/sbin"),
                    Path.of("/usr/local/bin"),
                    Path.of("/usr/local/sbin"));

    private Preflight() {}

    public static void check(LabSettings settings) throws IOException {
        for (var program : PROGRAMS.entrySet()) {
            if (!isOnPath(program.getKey())) {
                throw new CommandFailure(
                        "%s is missing: install the package %s, or start the demo with ./keelson, which does"
                                .formatted(program.getKey(), program.getValue()));
            }
        }
        Firmware.installed();
        Files.createDirectories(settings.store());
        long free = settings.store().toFile().getUsableSpace();
        boolean isBuilt =
                Releases.ALL.stream()
                        .allMatch(version ->
                                Files.exists(settings.release(version).resolve("release.json")));
        long needed = isBuilt ? FREE_BYTES_TO_RUN : FREE_BYTES_TO_BUILD;
        if (free < needed) {
            throw new CommandFailure(
                    "%s has %d GiB free and the demo needs %d: free some or choose another place with --dir"
                            .formatted(settings.store(), free / GIB, needed / GIB));
        }
    }

    private static boolean isOnPath(String program) {
        return PLACES.stream()
                .anyMatch(directory -> Files.isExecutable(directory.resolve(program)));
    }
}
