package io.keelson.reboot.migration;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the groups in what an operator can get out of an etcd: one document alone; the answer of
 * etcd's v2 API to a key or a directory ({@code ?recursive=true}); the answer of the v3 gateway or
 * of {@code etcdctl get --prefix -w json}, whose keys and values are base64.
 */
public final class ForeignDump {
    private static final int DUMP_BYTES_MAX = 64 << 20;

    /** Every key of airlock, and of locksmith where etcd's v2 data was migrated to v3. */
    public static final List<String> KEY_PREFIXES =
            List.of(
                    "com.coreos.airlock/groups/",
                    "/coreos.com/updateengine/rebootlock/",
                    "coreos.com/updateengine/rebootlock/");

    private static final Pattern LOCKSMITH =
            Pattern.compile(
                    "/*(?:v2/keys/)?coreos\\.com/updateengine/rebootlock/(?:groups/([^/]+)/)?semaphore");
    private static final Pattern AIRLOCK =
            Pattern.compile("/*com\\.coreos\\.airlock/groups/([^/]+)/v1/semaphore");

    private final String ownName;
    private final List<ForeignGroup> groups = new ArrayList<>();

    private ForeignDump(String ownName) {
        this.ownName = ownName;
    }

    /**
     * The groups of a whole dump, at least one.
     *
     * @param ownName of the group where the dump does not name it: a document alone, and the group
     *     locksmith has for hosts without one
     */
    public static List<ForeignGroup> read(InputStream in, String ownName) throws IOException {
        byte[] bytes = in.readNBytes(DUMP_BYTES_MAX + 1);
        if (bytes.length > DUMP_BYTES_MAX) {
            throw new IOException("the dump is larger than " + DUMP_BYTES_MAX + " bytes");
        }
        var dump = new ForeignDump(ownName);
        dump.visit(Json.parse(bytes, "the dump"));
        if (dump.groups.isEmpty()) {
            throw new IOException(
                    "the dump has no document of locksmith or airlock: give a semaphore's JSON, the answer of etcd's v2 API to a GET with recursive=true, or the output of 'etcdctl get --prefix -w json'");
        }
        return List.copyOf(dump.groups);
    }

    /** The group under one key of etcd; empty when the key is of neither program. */
    public static Optional<ForeignGroup> read(String key, byte[] value, String ownName)
            throws IOException {
        Optional<String> group = group(key, ownName);
        if (group.isEmpty()) {
            return Optional.empty();
        }
        if (Json.parse(value, "the value of " + key) instanceof Json.Fields fields
                && Semaphores.isOne(fields)) {
            return Optional.of(Semaphores.read(group.get(), fields, key));
        }
        throw new IOException("the value of " + key + " is not a semaphore");
    }

    private void visit(Json json) throws IOException {
        switch (json) {
            case Json.Items(var values) -> {
                for (Json value : values) {
                    visit(value);
                }
            }
            case Json.Fields fields -> visit(fields);
            case Json.Text _, Json.Whole _, Json.Other _ -> {
                // Counters and headers around what is looked for.
            }
        }
    }

    private void visit(Json.Fields fields) throws IOException {
        if (Semaphores.isOne(fields)) {
            groups.add(Semaphores.read(ownName, fields, "the document"));
        } else if (text(fields, "key").isPresent() && text(fields, "value").isPresent()) {
            keyed(text(fields, "key").get(), text(fields, "value").get());
        } else {
            for (String inside : List.of("node", "nodes", "kvs")) {
                if (fields.field(inside).isPresent()) {
                    visit(fields.field(inside).get());
                }
            }
        }
    }

    private void keyed(String key, String value) throws IOException {
        Optional<ForeignGroup> plain = read(key, value.getBytes(StandardCharsets.UTF_8), ownName);
        if (plain.isPresent()) {
            groups.add(plain.get());
            return;
        }
        Optional<byte[]> decodedKey = base64(key);
        Optional<byte[]> decodedValue = base64(value);
        if (decodedKey.isPresent() && decodedValue.isPresent()) {
            String name = new String(decodedKey.get(), StandardCharsets.UTF_8);
            read(name, decodedValue.get(), ownName).ifPresent(groups::add);
        }
    }

    private static Optional<String> group(String key, String ownName) throws IOException {
        Matcher locksmith = LOCKSMITH.matcher(key);
        if (locksmith.matches()) {
            return Optional.of(locksmith.group(1) == null ? ownName : decoded(locksmith.group(1)));
        }
        Matcher airlock = AIRLOCK.matcher(key);
        return airlock.matches() ? Optional.of(decoded(airlock.group(1))) : Optional.empty();
    }

    /** Both programs escape a group's name as in the query of a URL. */
    private static String decoded(String escaped) throws IOException {
        try {
            return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the key's group '" + escaped + "' is not escaped as in a URL", e);
        }
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(Json.Fields fields, String name) {
        return fields.field(name).orElse(null) instanceof Json.Text(var value)
                ? Optional.of(value)
                : Optional.empty();
    }
}
