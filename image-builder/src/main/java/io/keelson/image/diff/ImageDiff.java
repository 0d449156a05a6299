package io.keelson.image.diff;

import io.keelson.channels.Artifact;
import io.keelson.channels.PackageVersion;
import io.keelson.channels.ReleaseManifest;
import io.keelson.disk.pe.PeFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed from one built image to another.
 *
 * @param release version and root hash
 * @param files below /usr: type and mode, owners and size, and whether the content differs
 * @param arguments of the kernel, but for the root hash; one that is repeated counts once
 * @param sizes in bytes
 * @param note why the contents of some files were not compared
 */
public record ImageDiff(
        List<Change> release,
        List<Change> packages,
        List<Change> files,
        List<Change> arguments,
        List<Change> sizes,
        Optional<String> note) {
    private static final long UKI_BYTES_MAX = 512L << 20;
    private static final String PRESENT = "yes";

    /** Compares the output directories of two builds. */
    public static ImageDiff of(Path before, Path after) throws IOException {
        ReleaseManifest old = manifest(before);
        ReleaseManifest now = manifest(after);
        PeFile oldUki = uki(before);
        PeFile newUki = uki(after);
        List<Change> files = new ArrayList<>();
        Optional<String> note = files(before, after, files);
        return new ImageDiff(
                Change.between(release(old), release(now)),
                Change.between(packages(old), packages(now)),
                List.copyOf(files),
                Change.between(arguments(oldUki), arguments(newUki)),
                Change.between(sizes(old, oldUki), sizes(now, newUki)),
                note);
    }

    private static ReleaseManifest manifest(Path directory) throws IOException {
        try (InputStream in = Files.newInputStream(directory.resolve("release.json"))) {
            return ReleaseManifest.read(in);
        }
    }

    private static PeFile uki(Path directory) throws IOException {
        Path file = directory.resolve("uki.efi");
        if (Files.size(file) > UKI_BYTES_MAX) {
            throw new IOException(file + " is larger than " + UKI_BYTES_MAX + " bytes");
        }
        return PeFile.parse(Files.readAllBytes(file));
    }

    private static SortedMap<String, String> release(ReleaseManifest manifest) {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("version", manifest.version().text());
        values.put("arch", manifest.arch());
        values.put("root hash", manifest.rootHash().hex());
        return values;
    }

    private static SortedMap<String, String> packages(ReleaseManifest manifest) {
        SortedMap<String, String> values = new TreeMap<>();
        for (PackageVersion each : manifest.packages()) {
            values.put(each.name(), each.version());
        }
        return values;
    }

    private static SortedMap<String, String> arguments(PeFile uki) {
        SortedMap<String, String> values = new TreeMap<>();
        String text =
                uki.section(".cmdline")
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElse("");
        for (String word : text.split("[\\s\\x00]+", -1)) {
            if (!word.isEmpty()
                    && !word.startsWith("keelson.usrhash=")
                    && !word.startsWith("keelson.verity=")) {
                values.put(word, PRESENT);
            }
        }
        return values;
    }

    private static SortedMap<String, String> sizes(ReleaseManifest manifest, PeFile uki) {
        SortedMap<String, String> values = new TreeMap<>();
        values.put("usr.erofs", size(manifest.usr()));
        values.put("uki.efi", size(manifest.uki()));
        manifest.payload().ifPresent(payload -> values.put("update.payload", size(payload)));
        for (String section : List.of(".linux", ".initrd")) {
            uki.section(section)
                    .ifPresent(bytes ->
                            values.put("uki.efi " + section, Integer.toString(bytes.length)));
        }
        return values;
    }

    private static String size(Artifact artifact) {
        return Long.toString(artifact.sizeBytes());
    }

    /** Adds what differs, and tells what could not be compared. */
    private static Optional<String> files(Path before, Path after, List<Change> changes)
            throws IOException {
        int notCompared = 0;
        try (ErofsReader old = ErofsReader.open(before.resolve("usr.erofs"));
                ErofsReader now = ErofsReader.open(after.resolve("usr.erofs"))) {
            SortedSet<String> paths = new TreeSet<>(old.inodes().keySet());
            paths.addAll(now.inodes().keySet());
            for (String path : paths) {
                Optional<ErofsReader.Inode> a = inode(old.inodes(), path);
                Optional<ErofsReader.Inode> b = inode(now.inodes(), path);
                Optional<String> was = a.map(ImageDiff::facts);
                Optional<String> is = b.map(ImageDiff::facts);
                if (!was.equals(is)) {
                    changes.add(new Change("/usr" + path, was, is));
                } else if (!a.orElseThrow().isDirectory()) {
                    if (!a.orElseThrow().isPlain() || !b.orElseThrow().isPlain()) {
                        notCompared++;
                    } else if (!old.sameContent(a.orElseThrow(), now, b.orElseThrow())) {
                        changes.add(
                                new Change(
                                        "/usr" + path, was, is.map(text -> text + " (content)")));
                    }
                }
            }
        }
        return notCompared == 0
                ? Optional.empty()
                : Optional.of(
                        "%d files are stored compressed and have the same size, owner and mode in both; their contents were not compared"
                                .formatted(notCompared));
    }

    private static Optional<ErofsReader.Inode> inode(
            Map<String, ErofsReader.Inode> inodes, String path) {
        return Optional.ofNullable(inodes.get(path));
    }

    /** A directory's size is a matter of the file system, not of the image. */
    private static String facts(ErofsReader.Inode inode) {
        String permissions = type(inode) + "%04o %d:%d";
        String text = permissions.formatted(inode.mode() & 07777, inode.uid(), inode.gid());
        return inode.isDirectory() ? text : text + " " + inode.size();
    }

    private static String type(ErofsReader.Inode inode) {
        return inode.isDirectory() ? "d" : inode.isRegular() ? "-" : "l";
    }
}
