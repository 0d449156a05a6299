package io.keelson.qemu.demo;

import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.HostLibraries;
import io.keelson.cli.MirrorChoice;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.BuildRequest;
import io.keelson.image.HostSoftware;
import io.keelson.image.ImageBuild;
import io.keelson.image.Keys;
import io.keelson.image.Progress;
import io.keelson.image.archive.Mirrors;
import io.keelson.qemu.timeline.Timeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds the four releases of the main job, and finds what differs between two of them. */
final class Releases {
    static final String FIRST = "1.0.0";
    static final String GOOD = "1.1.0";
    static final String UNHEALTHY = "1.2.0";
    static final String FORGED = "1.3.0";

    private static final List<String> OLD_SUITES = List.of("trixie");
    private static final List<String> NEW_SUITES = List.of("trixie", "trixie-security");

    /** Why release 1.2.0 is unwell, in its own words. */
    static final String UNHEALTHY_WORDS = "this release fails its health check on purpose";

    private final DemoSettings settings;
    private final Timeline timeline;
    private final HostSoftware software;
    private final Mirrors mirrors;

    Releases(DemoSettings settings, Timeline timeline) throws IOException {
        this.settings = settings;
        this.timeline = timeline;
        this.software = HostLibraries.below(settings.home());
        this.mirrors =
                MirrorChoice.of(settings.sources().mirror(), settings.sources().securityMirror());
    }

    /** Suite trixie alone. */
    ReleaseManifest first() throws IOException, InterruptedException {
        return build(FIRST, OLD_SUITES, "old", ownKeys(), software);
    }

    /** The same with Debian's security updates: a real update. */
    ReleaseManifest good() throws IOException, InterruptedException {
        return build(GOOD, NEW_SUITES, "new", ownKeys(), software);
    }

    /** As the good one, and a check of its own that fails. */
    ReleaseManifest unhealthy() throws IOException, InterruptedException {
        List<Path> dists = new ArrayList<>(software.dists());
        dists.add(unhealthyDist());
        return build(
                UNHEALTHY,
                NEW_SUITES,
                "new",
                ownKeys(),
                new HostSoftware(software.jars(), dists, software.javaHome()));
    }

    /** As the good one, its payload signed by somebody else's key. */
    ReleaseManifest forged() throws IOException, InterruptedException {
        Keys keys =
                new Keys(
                        settings.keys(),
                        Optional.of(settings.foreignKeys().resolve("update.key.pem")));
        return build(FORGED, NEW_SUITES, "new", keys, software);
    }

    /** The packages that differ, as {@code name old → new}. */
    static List<String> differences(ReleaseManifest from, ReleaseManifest to) {
        Map<String, String> before =
                from.packages().stream()
                        .collect(Collectors.toMap(PackageVersion::name, PackageVersion::version));
        Map<String, String> after =
                to.packages().stream()
                        .collect(Collectors.toMap(PackageVersion::name, PackageVersion::version));
        Stream<String> changed =
                after.keySet().stream()
                        .filter(before::containsKey)
                        .filter(name -> !before.get(name).equals(after.get(name)))
                        .sorted()
                        .map(name -> name + " " + before.get(name) + " -> " + after.get(name));
        Stream<String> added =
                after.keySet().stream()
                        .filter(name -> !before.containsKey(name))
                        .sorted()
                        .map(name -> name + " is new");
        Stream<String> removed =
                before.keySet().stream()
                        .filter(name -> !after.containsKey(name))
                        .sorted()
                        .map(name -> name + " is gone");
        return Stream.of(changed, added, removed).flatMap(lines -> lines).toList();
    }

    private ReleaseManifest build(
            String version, List<String> suites, String lockName, Keys keys, HostSoftware host)
            throws IOException, InterruptedException {
        Path lock = settings.store().resolve("locks").resolve(lockName + ".lock");
        BuildRequest request =
                new BuildRequest(
                        settings.home().resolve("image-builder/recipes/demo.yaml"),
                        new ReleaseVersion(version),
                        settings.release(version),
                        mirrors,
                        suites,
                        Files.exists(lock) ? Optional.of(lock) : Optional.empty(),
                        keys,
                        host,
                        settings.store().resolve("cache"),
                        new BuildRequest.Options(true, false, settings.clock()));
        Progress progress = progress(version);
        ReleaseManifest built =
                timeline.step("building " + version, () -> ImageBuild.run(request, progress));
        if (!Files.exists(lock)) {
            // The mirror drops old security versions: what was locked once stays buildable from the
            // cache.
            Files.createDirectories(lock.getParent());
            Files.copy(
                    request.out().resolve("packages.lock"),
                    lock,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return built;
    }

    private Progress progress(String version) {
        return new Progress() {
            @Override
            public void step(String name) {
                timeline.note(version + ": " + name);
            }

            @Override
            public void percent(String name, long done, long total) {
                timeline.progress(name, done, total);
            }
        };
    }

    private Keys ownKeys() {
        return new Keys(settings.keys(), Optional.empty());
    }

    private Path unhealthyDist() throws IOException {
        Path dist = settings.store().resolve("unhealthy-dist");
        Path check = dist.resolve("lib/keelson/health.d/50-demo");
        Files.createDirectories(check.getParent());
        Files.writeString(
                check,
                "#!/bin/sh\necho '" + UNHEALTHY_WORDS + "'\nexit 1\n",
                StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(check, PosixFilePermissions.fromString("rwxr-xr-x"));
        return dist;
    }
}
