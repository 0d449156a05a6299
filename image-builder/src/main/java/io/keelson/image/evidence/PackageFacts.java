package io.keelson.image.evidence;

import io.keelson.image.deb.DebStore;
import io.keelson.image.deb.UnpackedDeb;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;
import io.keelson.image.tree.Node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a package's own files say about it.
 *
 * @param locked the package
 * @param source what it was built from
 * @param licences as its copyright file names them; empty when that is prose
 */
public record PackageFacts(LockedPackage locked, Source source, List<String> licences) {
    private static final String DOCUMENTS = "/usr/share/doc/";
    private static final int COPYRIGHT_BYTES_MAX = 4 << 20;

    public PackageFacts {
        licences = List.copyOf(licences);
    }

    /** A source package. */
    public record Source(String name, String version) {}

    /** Reads the packages of a lock from the store that a build has just filled. */
    public static List<PackageFacts> read(Lock lock, DebStore store) throws IOException {
        Map<String, UnpackedDeb> debs = new HashMap<>();
        for (LockedPackage each : lock.packages()) {
            // The store has it already, so the .deb's own place does not matter.
            Path unused = Path.of(each.filename());
            debs.put(
                    each.name(),
                    store.open(
                            new DebStore.Source(
                                    unused, each.digest().sha256(), each.id().toString())));
        }
        List<PackageFacts> facts = new ArrayList<>();
        for (LockedPackage each : lock.packages()) {
            facts.add(new PackageFacts(each, source(each, debs), licences(each.name(), debs)));
        }
        return facts;
    }

    private static Source source(LockedPackage each, Map<String, UnpackedDeb> debs) {
        UnpackedDeb deb = debs.get(each.name());
        byte[] none = new byte[0];
        byte[] control = deb == null ? none : deb.control().getOrDefault("control", none);
        return new String(control, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("Source:"))
                .map(line ->
                        CopyrightFile.source(
                                line.substring("Source:".length()), each.id().version()))
                .findFirst()
                .orElse(new Source(each.name(), each.id().version()));
    }

    /** Binary packages of one source often share a directory of documents, by a link. */
    private static List<String> licences(String name, Map<String, UnpackedDeb> debs)
            throws IOException {
        String owner = name;
        UnpackedDeb deb = debs.get(name);
        if (deb != null) {
            owner =
                    deb.files().stream()
                            .filter(file -> file.path().equals(DOCUMENTS + name))
                            .map(file ->
                                    file.node() instanceof Node.Symlink(_, var target)
                                            ? target.replaceFirst("^.*/", "")
                                            : name)
                            .findFirst()
                            .orElse(name);
        }
        UnpackedDeb holder = debs.get(owner);
        if (holder == null) {
            return List.of();
        }
        for (UnpackedDeb.Entry file : holder.files()) {
            if (file.path().equals(DOCUMENTS + owner + "/copyright")
                    && file.node() instanceof Node.RegularFile(_, var content)) {
                try (InputStream in = content.open()) {
                    return CopyrightFile.licences(
                            new String(in.readNBytes(COPYRIGHT_BYTES_MAX), StandardCharsets.UTF_8));
                }
            }
        }
        return List.of();
    }
}
