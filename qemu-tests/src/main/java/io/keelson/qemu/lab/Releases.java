package io.keelson.qemu.lab;

import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.HostLibraries;
import io.keelson.cli.MirrorChoice;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.host.DurableFile;
import io.keelson.image.BuildRequest;
import io.keelson.image.HostSoftware;
import io.keelson.image.ImageBuild;
import io.keelson.image.Keys;
import io.keelson.image.archive.Mirrors;
import io.keelson.image.progress.Progress;
import io.keelson.image.recipe.Recipe;
import io.keelson.qemu.timeline.Timeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Builds the four releases of the main job, and finds what differs between two of them. */
public final class Releases {
    public static final String FIRST = "1.0.0";
    public static final String GOOD = "1.1.0";
    public static final String UNHEALTHY = "1.2.0";
    public static final String FORGED = "1.3.0";
    public static final List<String> ALL = List.of(FIRST, GOOD, UNHEALTHY, FORGED);

    /** What the recipe cloud is built as. */
    public static final String CLOUD = "2.0.0";

    private static final Packages OLD = new Packages("old", List.of("trixie"));
    private static final Packages NEW = new Packages("new", List.of("trixie", "trixie-security"));

    private static final Packages FOR_CLOUD =
            new Packages("cloud", List.of("trixie", "trixie-security"));

    /** Where packages are chosen from; the name is that of the kept lock. */
    private record Packages(String name, List<String> suites) {}

    private final LabSettings settings;
    private final Timeline timeline;
    private final HostSoftware software;
    private final Mirrors mirrors;

    public Releases(LabSettings settings, Timeline timeline) throws IOException {
        this.settings = settings;
        this.timeline = timeline;
        this.software = HostLibraries.below(settings.home());
        this.mirrors =
                MirrorChoice.of(settings.sources().mirror(), settings.sources().securityMirror());
    }

    /** Suite trixie alone. */
    public ReleaseManifest first() throws IOException, InterruptedException {
        return build(FIRST, OLD, "demo.yaml", ownKeys());
    }

    /** The same with Debian's security updates: a real update. */
    public ReleaseManifest good() throws IOException, InterruptedException {
        return build(GOOD, NEW, "demo.yaml", ownKeys());
    }

    /** As the good one under another version. */
    public ReleaseManifest later(String version) throws IOException, InterruptedException {
        return build(version, NEW, "demo.yaml", ownKeys());
    }

    /** The recipe for container hosts. */
    public ReleaseManifest cloud() throws IOException, InterruptedException {
        return build(CLOUD, FOR_CLOUD, "cloud.yaml", ownKeys());
    }

    /** As the good one, and a check of its own that fails. */
    public ReleaseManifest unhealthy() throws IOException, InterruptedException {
        return build(UNHEALTHY, NEW, "demo-unhealthy.yaml", ownKeys());
    }

    /** As the good one, its payload signed by somebody else's key. */
    public ReleaseManifest forged() throws IOException, InterruptedException {
        Keys keys =
                new Keys(
                        settings.keys(),
                        Optional.of(settings.foreignKeys().resolve("update.key.pem")));
        return build(FORGED, NEW, "demo.yaml", keys);
    }

    /** The packages that differ, as {@code name old → new}. */
    public static List<String> differences(ReleaseManifest from, ReleaseManifest to) {
        Map<String, String> before = versions(from);
        Map<String, String> after = versions(to);
        Map<String, String> lines = new TreeMap<>();
        before.forEach((name, version) -> lines.put(name, name + " " + version + " is gone"));
        after.forEach((name, version) -> {
            String old = before.getOrDefault(name, "");
            if (old.equals(version)) {
                lines.remove(name);
            } else {
                lines.put(
                        name,
                        name
                                + " "
                                + (old.isEmpty() ? version + " is new" : old + " -> " + version));
            }
        });
        return List.copyOf(lines.values());
    }

    /**
     * A real update brings another kernel and another library.
     *
     * @param differences as {@link #differences} tells them
     */
    public static void requireRealUpdate(List<String> differences) throws IOException {
        for (String beginning : List.of("linux-image", "lib")) {
            if (differences.stream().noneMatch(line -> line.startsWith(beginning))) {
                throw new IOException(
                        "%s and %s have every package %s* in common, so there is no real update to show"
                                .formatted(FIRST, GOOD, beginning));
            }
        }
    }

    private static Map<String, String> versions(ReleaseManifest release) {
        return release.packages().stream()
                .collect(Collectors.toMap(PackageVersion::name, PackageVersion::version));
    }

    private ReleaseManifest build(String version, Packages packages, String recipe, Keys keys)
            throws IOException, InterruptedException {
        Path file = settings.home().resolve("image-builder/recipes").resolve(recipe);
        // A recipe that asks for other packages than it did needs another lock.
        int asked = Recipe.read(file).selection().packages().hashCode();
        Path lock =
                settings.store()
                        .resolve("locks")
                        .resolve("%s-%08x.lock".formatted(packages.name(), asked));
        BuildRequest request =
                new BuildRequest(
                        file,
                        new ReleaseVersion(version),
                        settings.release(version),
                        mirrors,
                        packages.suites(),
                        Files.exists(lock) ? Optional.of(lock) : Optional.empty(),
                        keys,
                        software,
                        settings.store().resolve("cache"),
                        new BuildRequest.Options(
                                true,
                                false,
                                OptionalInt.empty(),
                                Optional.empty(),
                                settings.clock()));
        Progress progress = progress(version);
        ReleaseManifest built =
                timeline.step("building " + version, () -> ImageBuild.run(request, progress));
        if (!Files.exists(lock)) {
            // The mirror drops old security versions: what was locked once stays buildable from the
            // cache.
            Files.createDirectories(lock.getParent());
            DurableFile.replace(lock, Files.readAllBytes(request.out().resolve("packages.lock")));
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
}
