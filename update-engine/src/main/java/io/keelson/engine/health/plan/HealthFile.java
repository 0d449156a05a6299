package io.keelson.engine.health.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of {@code health.conf}: {@code [kind name]} or {@code [kind]}, below it {@code key =
 * value} lines; comments start with {@code #}.
 */
final class HealthFile {
    private static final int FILE_BYTES_MAX = 64 << 10;
    private static final int SECTIONS_MAX = 100;

    private HealthFile() {}

    /** The sections of all files that exist; a key of a later file replaces that of an earlier. */
    static List<Section> read(List<Path> lowestFirst) throws IOException {
        var merged = new LinkedHashMap<Heading, Map<String, String>>();
        for (Path file : lowestFirst) {
            parse(file, merged);
        }
        if (merged.size() > SECTIONS_MAX) {
            throw new HealthConfException("there are more than " + SECTIONS_MAX + " sections");
        }
        return merged.entrySet().stream()
                .map(entry ->
                        new Section(entry.getKey().kind(), entry.getKey().name(), entry.getValue()))
                .toList();
    }

    private record Heading(String kind, String name) {}

    private static void parse(Path file, Map<Heading, Map<String, String>> into)
            throws IOException {
        Map<String, String> section = null;
        int number = 0;
        for (String raw : text(file).split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String where = file + " line " + number;
            if (line.startsWith("[") && line.endsWith("]")) {
                section = into.computeIfAbsent(heading(line, where), _ -> new LinkedHashMap<>());
                continue;
            }
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw new HealthConfException(
                        where + " is neither [a section] nor key = value: " + line);
            }
            if (section == null) {
                throw new HealthConfException(where + " stands before the first [section]");
            }
            section.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
    }

    private static Heading heading(String line, String where) throws HealthConfException {
        String[] words = line.substring(1, line.length() - 1).strip().split("\\s+", -1);
        if (words.length > 2 || words[0].isEmpty()) {
            throw new HealthConfException(where + " is not [kind] or [kind name]: " + line);
        }
        return new Heading(words[0], words.length == 2 ? words[1] : "");
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new HealthConfException(
                        file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            return "";
        }
    }
}
