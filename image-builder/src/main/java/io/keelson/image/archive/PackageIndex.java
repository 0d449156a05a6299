package io.keelson.image.archive;

import io.keelson.host.xz.XzInputStream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** The package lists of a mirror, after their signature has been checked. Not thread-safe. */
public final class PackageIndex {
    private static final int IN_RELEASE_BYTES_MAX = 4 << 20;
    private static final long PACKAGES_BYTES_MAX = 128L << 20;
    private static final long XZ_MEMORY_BYTES_MAX = 256 << 20;

    /** Clocks differ, and a mirror may be quick. */
    private static final Duration FUTURE_MAX = Duration.ofMinutes(10);

    /** What a list may be packed with, the smallest first. */
    private static final List<String> COMPRESSIONS = List.of(".xz", ".gz", "");

    private static final Set<String> FIELDS =
            Set.of(
                    "Package",
                    "Version",
                    "Architecture",
                    "Priority",
                    "Essential",
                    "Multi-Arch",
                    "Provides",
                    "Depends",
                    "Pre-Depends",
                    "Conflicts",
                    "Breaks",
                    "Filename",
                    "Size",
                    "SHA256");

    private final Map<String, Release> releases = new HashMap<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private final Downloads downloads;
    private final InstantSource clock;

    /** Uses {@code clock} only to refuse a list that has expired or is from the future. */
    public PackageIndex(List<Origin> origins, Downloads downloads, InstantSource clock) {
        origins.forEach(origin -> this.origins.put(origin.name(), origin));
        this.downloads = downloads;
        this.clock = clock;
    }

    /** Receives the fields of one package that matter to a resolver. */
    public interface Visitor {
        void visit(Map<String, String> stanza) throws IOException;
    }

    /** Reads all packages of an origin. */
    public void read(String name, String arch, Visitor visitor)
            throws IOException, InterruptedException {
        for (Listing listing : listings(name, arch)) {
            try (InputStream in = Files.newInputStream(fetch(name, listing));
                    InputStream plain = plain(listing.path(), in);
                    BufferedReader reader =
                            new BufferedReader(
                                    new InputStreamReader(plain, StandardCharsets.UTF_8),
                                    1 << 16)) {
                for (Optional<Map<String, String>> next = Deb822.next(reader, FIELDS::contains);
                        next.isPresent();
                        next = Deb822.next(reader, FIELDS::contains)) {
                    visitor.visit(next.get());
                }
            }
        }
    }

    /** Digests of an origin's lists: the same digests mean the same packages. */
    public List<Digest> digests(String name, String arch) throws IOException, InterruptedException {
        return listings(name, arch).stream().map(Listing::digest).toList();
    }

    private record Listing(String path, Digest digest) {}

    private List<Listing> listings(String name, String arch)
            throws IOException, InterruptedException {
        Map<String, Digest> files = release(name).files();
        List<Listing> listings = new ArrayList<>();
        for (String component : origin(name).components()) {
            String list = component + "/binary-" + arch + "/Packages";
            Listing found =
                    COMPRESSIONS.stream()
                            .filter(suffix -> files.containsKey(list + suffix))
                            .map(suffix -> new Listing(list + suffix, digest(files, list + suffix)))
                            .findFirst()
                            .orElseThrow(() ->
                                    new ArchiveException(
                                            "InRelease of %s lists no %s; check arch: and components: in the recipe"
                                                    .formatted(
                                                            name, list + COMPRESSIONS.getFirst())));
            if (found.digest().size() > PACKAGES_BYTES_MAX) {
                throw new ArchiveException(
                        "%s of %s is larger than %d bytes"
                                .formatted(found.path(), name, PACKAGES_BYTES_MAX));
            }
            listings.add(found);
        }
        return listings;
    }

    private static Digest digest(Map<String, Digest> files, String path) {
        return Objects.requireNonNull(files.get(path), path);
    }

    /** Under its digest a list does not change while it is fetched. */
    private Path fetch(String name, Listing listing) throws IOException, InterruptedException {
        URI dists = origin(name).dists();
        if (release(name).byHash()) {
            int slash = listing.path().lastIndexOf('/');
            String served =
                    listing.path().substring(0, slash)
                            + "/by-hash/SHA256/"
                            + listing.digest().sha256();
            try {
                return downloads.get(dists.resolve(served), listing.digest());
            } catch (Downloads.Gone _) {
                // A mirror that is made by copying may have it under its name only.
            }
        }
        try {
            return downloads.get(dists.resolve(listing.path()), listing.digest());
        } catch (Downloads.Gone e) {
            throw new ArchiveException(
                    e.getMessage() + "; try again later or with another mirror", e);
        }
    }

    private static InputStream plain(String path, InputStream in) throws IOException {
        if (path.endsWith(".xz")) {
            return new XzInputStream(in, XZ_MEMORY_BYTES_MAX);
        }
        return path.endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    private Origin origin(String name) throws ArchiveException {
        Origin origin = origins.get(name);
        if (origin == null) {
            throw new ArchiveException("not a suite or repository of the recipe: " + name);
        }
        return origin;
    }

    private Release release(String name) throws IOException, InterruptedException {
        Release known = releases.get(name);
        if (known != null) {
            return known;
        }
        Path kept = downloads.dir().resolve("suites").resolve(name + ".InRelease");
        Release release = downloads.offline() ? kept(kept, name) : fetched(kept, name);
        releases.put(name, release);
        return release;
    }

    /** What the mirror says, unless it says what was true before what it said the last time. */
    private Release fetched(Path kept, String name) throws IOException, InterruptedException {
        Origin origin = origin(name);
        byte[] message;
        try {
            message =
                    downloads.unverified(origin.dists().resolve("InRelease"), IN_RELEASE_BYTES_MAX);
        } catch (Downloads.Gone e) {
            throw new ArchiveException(
                    e.getMessage() + "; check suites: in the recipe and the mirror", e);
        }
        Release release = verified(message, origin);
        requireFresh(release, name);
        if (Files.exists(kept)) {
            Release before = kept(kept, name);
            if (before.date().isPresent()
                    && release.date().isPresent()
                    && release.date().get().isBefore(before.date().get())) {
                requireFresh(before, name);
                return before;
            }
        }
        keep(message, kept);
        return release;
    }

    private static Release verified(byte[] message, Origin origin) throws IOException {
        ArchiveKeys keys = ArchiveKeys.of(origin.keyrings());
        String text = new ClearSignature(keys).verified(message, "InRelease of " + origin.name());
        return Release.parse(text, origin.suite());
    }

    private Release kept(Path kept, String name) throws IOException {
        if (!Files.exists(kept)) {
            throw new ArchiveException(
                    "no index of suite %s is in the cache %s; build once without --offline"
                            .formatted(name, downloads.dir()));
        }
        try (InputStream in = Files.newInputStream(kept)) {
            return verified(in.readNBytes(IN_RELEASE_BYTES_MAX), origin(name));
        }
    }

    private void requireFresh(Release release, String suite) throws ArchiveException {
        Instant now = clock.instant();
        if (release.validUntil().isPresent() && now.isAfter(release.validUntil().get())) {
            throw new ArchiveException(
                    "InRelease of %s was valid until %s only; the mirror is stale, try another"
                            .formatted(suite, release.validUntil().get()));
        }
        if (release.date().isPresent() && release.date().get().isAfter(now.plus(FUTURE_MAX))) {
            throw new ArchiveException(
                    "InRelease of %s is dated %s, which is still to come; set this machine's clock"
                            .formatted(suite, release.date().get()));
        }
    }

    private static void keep(byte[] message, Path kept) throws IOException {
        Path dir = Files.createDirectories(Optional.ofNullable(kept.getParent()).orElseThrow());
        Path part = Files.createTempFile(dir, "part-", "");
        try {
            Files.write(part, message);
            Files.move(part, kept, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
