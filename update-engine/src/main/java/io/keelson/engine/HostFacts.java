package io.keelson.engine;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.health.VerdictFiles;
import io.keelson.engine.slot.DiskPaths;
import io.keelson.host.JournalSocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where things are on a host and what they say about it.
 *
 * @param root normally {@code /}
 * @param credentials systemd's credentials directory of this service, if it has one
 * @param journal where stderr goes, if it goes to the journal
 */
record HostFacts(Path root, @Nullable Path credentials, Optional<JournalSocket> journal) {
    private static final int TEXT_BYTES_MAX = 64 * 1024;
    static final String CREDENTIAL = "keelson.update.conf";
    static final String HEALTH_CREDENTIAL = "keelson.health.conf";

    /** Lowest first: the image, the administrator, the machine's provider. */
    List<Path> configFiles() {
        var files = new ArrayList<Path>();
        files.add(root.resolve("usr/share/keelson/update.conf"));
        files.add(root.resolve("etc/keelson/update.conf"));
        Path directory = credentials;
        if (directory != null) {
            files.add(directory.resolve(CREDENTIAL));
        }
        return List.copyOf(files);
    }

    /** What the health gate asks for, lowest first: the image, the administrator, the provider. */
    List<Path> healthFiles() {
        var files = new ArrayList<Path>();
        files.add(root.resolve("usr/share/keelson/health.conf"));
        files.add(root.resolve("etc/keelson/health.conf"));
        Path directory = credentials;
        if (directory != null) {
            files.add(directory.resolve(HEALTH_CREDENTIAL));
        }
        return List.copyOf(files);
    }

    DiskPaths disks() {
        return new DiskPaths(
                root.resolve("sys"),
                root.resolve("proc/self/mountinfo"),
                root.resolve("dev"),
                root.resolve("efi"));
    }

    /** Starts this program, with the flags that its command needs. */
    Path launcher() {
        return root.resolve("usr/bin/keelson");
    }

    Path trustedKeys() {
        return root.resolve("usr/share/keelson/update-keys");
    }

    Path efivars() {
        return root.resolve("sys/firmware/efi/efivars");
    }

    Path stateFile() {
        return root.resolve("var/lib/keelson/state.json");
    }

    /** The settings that releases of this machine know. */
    Path announcedKeys() {
        return root.resolve("var/lib/keelson/known-settings");
    }

    /** How far the idle slot has been written. */
    Path applyJournal() {
        return root.resolve("var/lib/keelson/apply.journal");
    }

    /** Held by the process that writes a slot. */
    Path applyLock() {
        return root.resolve("run/keelson/apply.lock");
    }

    /** On disk; where that is full, until the next reboot in memory. */
    VerdictFiles verdictFiles() {
        return new VerdictFiles(
                root.resolve("var/lib/keelson/health"), root.resolve("run/keelson/health"));
    }

    Path socket() {
        return root.resolve("run/keelson/keelsond.sock");
    }

    /** Where the system bus listens, if the image has one. */
    Path systemBus() {
        return root.resolve("run/dbus/system_bus_socket");
    }

    /** The image's checks, then the administrator's, which may replace them by name. */
    List<Path> customChecks() {
        return List.of(
                root.resolve("usr/lib/keelson/health.d"), root.resolve("etc/keelson/health.d"));
    }

    /** The image's programs to call before a reboot, then the administrator's. */
    List<Path> drainHooks() {
        return List.of(
                root.resolve("usr/lib/keelson/drain.d"), root.resolve("etc/keelson/drain.d"));
    }

    /** A file that a setting names: without a directory it is a credential of this service. */
    Path configured(Path name) {
        Path directory = credentials;
        boolean isCredential = name.getNameCount() == 1 && !name.isAbsolute();
        return isCredential && directory != null
                ? directory.resolve(name)
                : root.resolve(Path.of("/").relativize(Path.of("/").resolve(name)));
    }

    /** How much memory there is. */
    Path memory() {
        return root.resolve("proc/meminfo");
    }

    String machineId() throws IOException {
        return text(root.resolve("etc/machine-id"));
    }

    String bootId() throws IOException {
        return text(root.resolve("proc/sys/kernel/random/boot_id"));
    }

    /** The certificates Debian believes, and whatever an administrator has added to them. */
    Path systemAuthorities() {
        return root.resolve("etc/ssl/certs/ca-certificates.crt");
    }

    /** What the platform calls itself: ID and VERSION_ID of Flatcar's oem-release. */
    record Oem(String id, String version) {}

    /** The administrator's file, or the image's; empty texts where there is none. */
    Oem oem() throws IOException {
        for (String name : List.of("etc/oem-release", "usr/share/oem/oem-release")) {
            Path file = root.resolve(name);
            if (Files.exists(file)) {
                return new Oem(entry(file, "ID").orElse(""), entry(file, "VERSION_ID").orElse(""));
            }
        }
        return new Oem("", "");
    }

    private static Optional<String> entry(Path file, String key) throws IOException {
        return text(file)
                .lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1).strip().replace("\"", ""))
                .findFirst();
    }

    /** IMAGE_VERSION of os-release(5). */
    ReleaseVersion version() throws IOException {
        Path file = root.resolve("usr/lib/os-release");
        Optional<String> value = entry(file, "IMAGE_VERSION").filter(ReleaseVersion::isValid);
        if (value.isPresent()) {
            return new ReleaseVersion(value.get());
        }
        throw new IOException(file + " has no usable IMAGE_VERSION; the image is not ours");
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(TEXT_BYTES_MAX), StandardCharsets.UTF_8).strip();
        }
    }
}
