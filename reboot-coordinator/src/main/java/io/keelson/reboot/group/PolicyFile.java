package io.keelson.reboot.group;

import okio.ByteString;

import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator writes down for all groups: {@code {"groups": {"default": {"slots": 2}}}}. A
 * group that is not in it is unknown to the coordinator.
 */
public record PolicyFile(SortedMap<String, GroupPolicy> groups) {
    public static final int FILE_BYTES_MAX = 4 * 1024 * 1024;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    public PolicyFile {
        groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
        groups.keySet().forEach(group -> Names.require("group", group));
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("a policy file needs at least one group");
        }
    }

    /** One group of that name with the defaults. */
    public static PolicyFile ofDefaults(String group) {
        return new PolicyFile(new TreeMap<>(Map.of(group, GroupPolicy.defaults())));
    }

    /**
     * Reads and checks a file.
     *
     * @throws IOException with one sentence on what is wrong in it
     */
    public static PolicyFile read(Path file) throws IOException {
        try {
            return parse(text(file));
        } catch (IOException e) {
            throw new IOException("policy file " + file + ": " + e.getMessage(), e);
        }
    }

    /** What a file says, whether it makes sense or not. */
    public static String text(Path file) throws IOException {
        byte[] text;
        try (var in = Files.newInputStream(file)) {
            text = in.readNBytes(FILE_BYTES_MAX + 1);
        }
        if (text.length > FILE_BYTES_MAX) {
            throw new IOException("it is larger than " + FILE_BYTES_MAX + " bytes");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Reads its text. */
    public static PolicyFile parse(String text) throws IOException {
        try (var json = JSON.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            var fields = new JsonFields(json, "policy file");
            var groups = new TreeMap<String, GroupPolicy>();
            while (fields.next()) {
                if (!fields.name().equals("groups")) {
                    throw fields.unknown("groups");
                }
                readGroups(fields.object(), groups);
            }
            if (json.nextToken() != null) {
                throw new IOException("text follows the policy");
            }
            return new PolicyFile(groups);
        } catch (JacksonException e) {
            throw new IOException(
                    "not JSON: "
                            + e.getOriginalMessage()
                            + " at line "
                            + e.getLocation().getLineNr(),
                    e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void readGroups(JsonFields fields, Map<String, GroupPolicy> groups) {
        while (fields.next()) {
            String name = fields.name();
            try {
                groups.put(name, PolicyJson.read(fields.object()));
            } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
                throw new IllegalArgumentException(
                        "group '" + Names.oneLine(name) + "': " + e.getMessage(), e);
            }
        }
    }

    /** Tells one form of a group's policy from another. */
    public String digest(String group) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            PolicyJson.write(json, groups.getOrDefault(group, GroupPolicy.defaults()));
        }
        return ByteString.encodeUtf8(text.toString()).sha256().hex().substring(0, 16);
    }
}
