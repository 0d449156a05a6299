package io.keelson.image;

import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where results go: everything is written to a directory beside them first, so a build that fails
 * leaves nothing that looks finished. Files of other origin are left alone.
 */
final class OutputDirectory implements AutoCloseable {
    static final String STAMP = "build.stamp";
    static final String MANIFEST = "release.json";

    /** In the order in which they appear: what says "finished" comes last. */
    private static final List<String> RESULTS =
            List.of(
                    "usr.erofs",
                    "usr.verity",
                    "uki.efi",
                    "disk.img",
                    "update.payload.index",
                    "update.payload",
                    "packages.lock",
                    "scripts.json",
                    "sizes.json",
                    "sbom.cdx.json",
                    "provenance.intoto.json",
                    "provenance.dsse.json",
                    MANIFEST,
                    STAMP);

    private final Path directory;
    private final Path work;

    private OutputDirectory(Path directory, Path work) {
        this.directory = directory;
        this.work = work;
    }

    /** Prepares a directory, clearing what an interrupted build has left. */
    static OutputDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path work = directory.resolve(".building");
        deleteTree(work);
        Files.createDirectory(work);
        return new OutputDirectory(directory, work);
    }

    /** A file to be written now. */
    Path file(String name) {
        if (!RESULTS.contains(name)) {
            throw new IllegalArgumentException("not a result of a build: " + name);
        }
        return work.resolve(name);
    }

    /** Puts the new results in place of the old ones. */
    void publish() throws IOException {
        for (String name : RESULTS.reversed()) {
            Files.deleteIfExists(directory.resolve(name));
        }
        for (String name : RESULTS) {
            if (Files.exists(work.resolve(name))) {
                DurableFile.rename(work.resolve(name), directory.resolve(name));
            }
        }
    }

    @Override
    public void close() throws IOException {
        deleteTree(work);
    }

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
