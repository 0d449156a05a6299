package io.keelson.image.archive;

import org.tukaani.xz.XZInputStream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The package lists of a mirror, after their signature has been checked. Not thread-safe. */
public final class PackageIndex {
    private static final int IN_RELEASE_BYTES_MAX = 4 << 20;
    private static final long PACKAGES_BYTES_MAX = 128L << 20;
    private static final int XZ_MEMORY_KIB_MAX = 256 << 10;

    private static final Set<String> FIELDS =
            Set.of(
                    "Package",
                    "Version",
                    "Architecture",
                    "Priority",
                    "Provides",
                    "Depends",
                    "Pre-Depends",
                    "Conflicts",
                    "Breaks",
                    "Filename",
                    "Size",
                    "SHA256");

    private final Map<String, Release> releases = new HashMap<>();
    private final Mirrors mirrors;
    private final Downloads downloads;
    private final ArchiveKeys keys;
    private final InstantSource clock;

    /** Uses {@code clock} only to refuse a list that says it has expired. */
    public PackageIndex(
            Mirrors mirrors, Downloads downloads, ArchiveKeys keys, InstantSource clock) {
        this.mirrors = mirrors;
        this.downloads = downloads;
        this.keys = keys;
        this.clock = clock;
    }

    /** Receives the fields of one package that matter to a resolver. */
    public interface Visitor {
        void visit(Map<String, String> stanza) throws IOException;
    }

    /** Reads all packages of component main of a suite. */
    public void read(String suite, String arch, Visitor visitor)
            throws IOException, InterruptedException {
        Release release = release(suite);
        String path = packages(arch);
        Digest digest = digest(suite, arch);
        String served =
                release.byHash()
                        ? path.replace("Packages.xz", "by-hash/SHA256/" + digest.sha256())
                        : path;
        Path file = downloads.get(dists(suite).resolve(served), digest);
        try (InputStream in = Files.newInputStream(file);
                InputStream plain = new XZInputStream(in, XZ_MEMORY_KIB_MAX);
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16)) {
            for (Optional<Map<String, String>> next = Deb822.next(reader, FIELDS::contains);
                    next.isPresent();
                    next = Deb822.next(reader, FIELDS::contains)) {
                visitor.visit(next.get());
            }
        }
    }

    /** Digest of a suite's list: the same digest means the same packages. */
    public Digest digest(String suite, String arch) throws IOException, InterruptedException {
        Digest digest = release(suite).files().get(packages(arch));
        if (digest == null || digest.size() > PACKAGES_BYTES_MAX) {
            throw new ArchiveException(
                    "InRelease of " + suite + " lists no usable " + packages(arch));
        }
        return digest;
    }

    private static String packages(String arch) {
        return "main/binary-" + arch + "/Packages.xz";
    }

    private Release release(String suite) throws IOException, InterruptedException {
        Release known = releases.get(suite);
        if (known != null) {
            return known;
        }
        if (!suite.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new ArchiveException("not a suite name: " + suite);
        }
        Path kept = downloads.dir().resolve("suites").resolve(suite + ".InRelease");
        byte[] message = downloads.offline() ? kept(kept, suite) : fetch(suite);
        String text = new ClearSignature(keys).verified(message, "InRelease of " + suite);
        Release release = Release.parse(text, suite);
        if (!downloads.offline()) {
            requireFresh(release, suite);
            keep(message, kept);
        }
        releases.put(suite, release);
        return release;
    }

    private byte[] fetch(String suite) throws IOException, InterruptedException {
        return downloads.unverified(dists(suite).resolve("InRelease"), IN_RELEASE_BYTES_MAX);
    }

    private byte[] kept(Path kept, String suite) throws IOException {
        if (!Files.exists(kept)) {
            throw new ArchiveException(
                    "no index of suite %s is in the cache %s; build once without --offline"
                            .formatted(suite, downloads.dir()));
        }
        try (InputStream in = Files.newInputStream(kept)) {
            return in.readNBytes(IN_RELEASE_BYTES_MAX);
        }
    }

    private void requireFresh(Release release, String suite) throws ArchiveException {
        Instant now = clock.instant();
        if (release.validUntil().isPresent() && now.isAfter(release.validUntil().get())) {
            throw new ArchiveException(
                    "InRelease of %s was valid until %s only; the mirror is stale, try another"
                            .formatted(suite, release.validUntil().get()));
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

    private URI dists(String suite) {
        return mirrors.base(suite).resolve("dists/" + suite + "/");
    }
}
