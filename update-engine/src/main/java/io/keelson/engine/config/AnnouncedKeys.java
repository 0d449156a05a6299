package io.keelson.engine.config;

import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings that releases of this machine know, each with the release that first said so. An
 * older release after a fall-back finds settings of the newer one in {@code /etc}; with this list
 * it can tell them from a typo (decision 0015).
 */
public final class AnnouncedKeys {
    private static final int FILE_BYTES_MAX = 64 * 1024;
    private static final Pattern LINE = Pattern.compile("([A-Z][A-Z0-9_]{0,63}) (\\S{1,64})");

    /** Nobody has announced anything. */
    public static final AnnouncedKeys NONE = new AnnouncedKeys(new TreeMap<>());

    private final SortedMap<String, String> releases;

    private AnnouncedKeys(SortedMap<String, String> releases) {
        this.releases = releases;
    }

    /** Reads the list; what cannot be read counts as not announced. */
    public static AnnouncedKeys read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(FILE_BYTES_MAX);
        } catch (NoSuchFileException _) {
            return NONE;
        }
        var releases = new TreeMap<String, String>();
        new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .map(LINE::matcher)
                .filter(line -> line.matches())
                .forEach(line -> releases.put(line.group(1), line.group(2)));
        return new AnnouncedKeys(releases);
    }

    /** Adds what a release knows, and writes the list if that is news. */
    public AnnouncedKeys announcing(Path file, String version, Collection<String> keys)
            throws IOException {
        var more = new TreeMap<>(releases);
        keys.forEach(key -> more.putIfAbsent(key, version));
        if (!more.equals(releases)) {
            var text = new StringBuilder();
            for (Map.Entry<String, String> entry : more.entrySet()) {
                text.append(entry.getKey()).append(' ').append(entry.getValue()).append('\n');
            }
            DurableFile.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
        }
        return new AnnouncedKeys(more);
    }

    /** The release that announced a setting, if one did. */
    Optional<String> releaseOf(String key) {
        return Optional.ofNullable(releases.get(key));
    }
}
