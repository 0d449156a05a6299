package io.keelson.engine.health;

import io.keelson.engine.json.JsonText;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The verdicts of the last boots, one file each, named by boot id. */
public final class VerdictFiles {
    private static final System.Logger LOG = System.getLogger(VerdictFiles.class.getName());
    private static final int KEPT_MAX = 20;

    private final Path directory;

    public VerdictFiles(Path directory) {
        this.directory = directory;
    }

    /** Keeps a verdict, durable when this returns, and drops the oldest ones. */
    public void add(Verdict verdict) throws IOException {
        Files.createDirectories(directory);
        DurableFile.replace(file(verdict.bootId()), JsonText.write(verdict.toJson()));
        List<Verdict> all = newestFirst();
        for (Verdict old : all.subList(Math.min(KEPT_MAX, all.size()), all.size())) {
            DurableFile.delete(file(old.bootId()));
        }
    }

    /** The verdict about one boot, if there is one. */
    public Optional<Verdict> of(String bootId) {
        return newestFirst().stream().filter(v -> v.bootId().equals(bootId)).findFirst();
    }

    /** All verdicts that can be read. */
    public List<Verdict> newestFirst() {
        var verdicts = new ArrayList<Verdict>();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            for (Path file : files) {
                verdicts.add(Verdict.fromJson(JsonText.read(file)));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a verdict is unreadable reason={0}", e.getMessage());
        }
        verdicts.sort(Comparator.comparing(Verdict::at).reversed());
        return List.copyOf(verdicts);
    }

    private Path file(String bootId) {
        if (!bootId.matches("[0-9a-fA-F-]{1,64}")) {
            throw new IllegalArgumentException("not a boot id: " + bootId);
        }
        return directory.resolve(bootId + ".json");
    }
}
