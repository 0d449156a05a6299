package io.keelson.channels.yaml;

import io.keelson.channels.ChannelDefinition;
import io.keelson.channels.ChannelMap;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads channel definitions, one YAML 1.2 mapping per file with {@code name}, {@code description},
 * {@code board}, {@code pollInterval} (ISO 8601, such as PT45M) and, unless the channel is the
 * last, {@code promotesTo}.
 */
public final class ChannelDefinitions {
    static final int FILE_BYTES_MAX = 64 << 10;
    static final int FILES_MAX = 1000;
    private static final List<String> REQUIRED =
            List.of("name", "description", "board", "pollInterval");
    private static final String PROMOTES_TO = "promotesTo";

    private ChannelDefinitions() {}

    /** All definitions in the directory's {@code *.yaml} files. */
    public static ChannelMap load(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.yaml")) {
            entries.forEach(files::add);
        }
        if (files.isEmpty() || files.size() > FILES_MAX) {
            throw new IOException(
                    files.size()
                            + " channel definitions (*.yaml) in "
                            + directory
                            + "; 1 to "
                            + FILES_MAX
                            + " are accepted");
        }
        Collections.sort(files);
        List<ChannelDefinition> definitions = new ArrayList<>();
        for (Path file : files) {
            definitions.add(read(file));
        }
        try {
            return ChannelMap.of(definitions);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the channel definitions in " + directory + " do not fit: " + e.getMessage(),
                    e);
        }
    }

    /** One definition; its name must be the file's. */
    public static ChannelDefinition read(Path file) throws IOException {
        ChannelDefinition definition;
        try (InputStream in = Files.newInputStream(file)) {
            definition = read(in);
        } catch (IllegalArgumentException | YamlEngineException e) {
            throw new IOException(
                    "the channel definition " + file + " is not valid: " + e.getMessage(), e);
        }
        if (!file.endsWith(definition.name() + ".yaml")) {
            throw new IOException(
                    "the channel definition "
                            + file
                            + " defines "
                            + definition.name()
                            + "; rename the file to "
                            + definition.name()
                            + ".yaml");
        }
        return definition;
    }

    private static ChannelDefinition read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
        if (bytes.length > FILE_BYTES_MAX) {
            throw new IllegalArgumentException("it is larger than " + FILE_BYTES_MAX + " bytes");
        }
        LoadSettings settings =
                LoadSettings.builder()
                        .setAllowDuplicateKeys(false)
                        .setMaxAliasesForCollections(1)
                        .setCodePointLimit(FILE_BYTES_MAX)
                        .build();
        Object document =
                new Load(settings).loadFromString(new String(bytes, StandardCharsets.UTF_8));
        if (!(document instanceof Map<?, ?> mapping)) {
            throw new IllegalArgumentException("it is not a mapping");
        }
        return definition(texts(mapping));
    }

    private static ChannelDefinition definition(Map<String, String> fields) {
        for (String required : REQUIRED) {
            if (!fields.containsKey(required)) {
                throw new IllegalArgumentException("the key " + required + " is missing");
            }
        }
        String interval = fields.getOrDefault("pollInterval", "");
        try {
            return new ChannelDefinition(
                    fields.getOrDefault("name", ""),
                    fields.getOrDefault("description", ""),
                    fields.getOrDefault("board", ""),
                    Duration.parse(interval),
                    Optional.ofNullable(fields.get(PROMOTES_TO)));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "pollInterval \"" + interval + "\" is not a duration such as PT45M", e);
        }
    }

    private static Map<String, String> texts(Map<?, ?> mapping) {
        TreeSet<String> known = new TreeSet<>(REQUIRED);
        known.add(PROMOTES_TO);
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<?, ?> entry : mapping.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        "the key " + key + " is not known; known are " + known);
            }
            if (!(entry.getValue() instanceof String text)) {
                throw new IllegalArgumentException("the value of " + key + " is not text");
            }
            texts.put(key, text);
        }
        return texts;
    }
}
