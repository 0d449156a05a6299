package io.keelson.engine.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** One {@code KEY=value} file, not yet validated; comments start with {@code #}. */
final class ConfigFile {
    private static final int FILE_BYTES_MAX = 64 * 1024;

    private ConfigFile() {}

    /** The entries of a file; none if it does not exist. */
    static SortedMap<String, String> read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(FILE_BYTES_MAX + 1);
        } catch (NoSuchFileException _) {
            return new TreeMap<>();
        }
        if (bytes.length > FILE_BYTES_MAX) {
            throw new ConfigException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        var entries = new TreeMap<String, String>();
        int number = 0;
        for (String raw : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw new ConfigException(file + " line " + number + " is not KEY=value: " + line);
            }
            entries.put(line.substring(0, equals).strip(), unquote(line.substring(equals + 1)));
        }
        return entries;
    }

    private static String unquote(String raw) {
        String value = raw.strip();
        boolean quoted =
                value.length() >= 2
                        && (value.startsWith("\"") || value.startsWith("'"))
                        && value.charAt(0) == value.charAt(value.length() - 1);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
