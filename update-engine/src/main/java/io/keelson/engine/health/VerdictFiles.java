package io.keelson.engine.health;

import io.keelson.engine.json.JsonText;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The verdicts of the last boots, one file each, named by boot id. */
public final class VerdictFiles {
    private static final System.Logger LOG = System.getLogger(VerdictFiles.class.getName());
    private static final int KEPT_MAX = 20;
    private static final Comparator<Entry> NEWEST_FIRST =
            Comparator.comparing(Entry::age).reversed();

    private final Path directory;
    private final Optional<Path> untilReboot;

    private record Entry(Path file, Optional<Verdict> verdict) {
        /** A file that cannot be read is older than every other one: it is the first to go. */
        Instant age() {
            return verdict.map(Verdict::at).orElse(Instant.MIN);
        }
    }

    public VerdictFiles(Path directory) {
        this.directory = directory;
        this.untilReboot = Optional.empty();
    }

    /**
     * @param untilReboot in memory; has the verdicts the first directory had no room for
     */
    public VerdictFiles(Path directory, Path untilReboot) {
        this.directory = directory;
        this.untilReboot = Optional.of(untilReboot);
    }

    /**
     * Keeps a verdict, durable when this returns, and drops the oldest other ones. The one just
     * kept always stays: on a machine without a working clock it may look like the oldest.
     *
     * @throws IOException when it is not durable; says whether it is kept until the next reboot
     */
    public void add(Verdict verdict) throws IOException {
        try {
            write(directory, verdict);
        } catch (IOException e) {
            throw new IOException(
                    "keeping the health verdict in %s failed, %s; free space there: %s"
                            .formatted(directory, second(verdict), e.getMessage()),
                    e);
        }
        Path kept = directory.resolve(name(verdict.bootId()));
        entries(directory).stream()
                .map(Entry::file)
                .filter(file -> !file.equals(kept))
                .skip(KEPT_MAX - 1L)
                .forEach(VerdictFiles::drop);
    }

    /** The verdict about one boot, if there is one. */
    public Optional<Verdict> of(String bootId) {
        return newestFirst().stream().filter(v -> v.bootId().equals(bootId)).findFirst();
    }

    /** All verdicts that can be read. */
    public List<Verdict> newestFirst() {
        var all = new ArrayList<>(entries(directory));
        untilReboot.ifPresent(second -> all.addAll(entries(second)));
        all.sort(NEWEST_FIRST);
        return all.stream().flatMap(entry -> entry.verdict().stream()).toList();
    }

    private String second(Verdict verdict) {
        if (untilReboot.isEmpty()) {
            return "it is lost";
        }
        Path second = untilReboot.get();
        try {
            write(second, verdict);
            return "it is in " + second + " until the next reboot";
        } catch (IOException e) {
            return "it is lost, in " + second + " too: " + e.getMessage();
        }
    }

    private static void write(Path directory, Verdict verdict) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(name(verdict.bootId()));
        DurableFile.replace(file, JsonText.write(verdict.toJson()));
    }

    /** Newest first. */
    private static List<Entry> entries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        var entries = new ArrayList<Entry>();
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            for (Path file : files) {
                entries.add(new Entry(file, read(file)));
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(Level.WARNING, "the verdicts cannot be listed reason={0}", e.getMessage());
        }
        entries.sort(NEWEST_FIRST);
        return List.copyOf(entries);
    }

    private static Optional<Verdict> read(Path file) {
        try {
            return Optional.of(Verdict.fromJson(JsonText.read(file)));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "a verdict is unreadable file={0} reason={1}",
                    file,
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static void drop(Path file) {
        try {
            DurableFile.delete(file);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "an old verdict stays file={0} reason={1}",
                    file,
                    e.getMessage());
        }
    }

    private static String name(String bootId) {
        if (!bootId.matches("[0-9a-fA-F-]{1,64}")) {
            throw new IllegalArgumentException("not a boot id: " + bootId);
        }
        return bootId + ".json";
    }
}
