package io.keelson.image.packages;

import io.keelson.image.archive.Digest;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The file format of a {@link Lock}. */
final class LockJson {
    private static final int FORMAT = 1;
    private static final int LOCK_BYTES_MAX = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LockJson() {}

    static void write(Lock lock, OutputStream out) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("arch", lock.arch());
        ArrayNode suites = root.putArray("suites");
        lock.suites().forEach(suites::add);
        lock.jdk()
                .ifPresent(jdk ->
                        root.putObject("jdk")
                                .put("version", jdk.version())
                                .put("sha256", jdk.sha256()));
        ArrayNode packages = root.putArray("packages");
        for (LockedPackage each : lock.packages()) {
            packages.addObject()
                    .put("name", each.id().name())
                    .put("version", each.id().version())
                    .put("arch", each.id().arch())
                    .put("suite", each.suite())
                    .put("filename", each.filename())
                    .put("size", each.digest().size())
                    .put("sha256", each.digest().sha256());
        }
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        out.write((text.replace("\r\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Lock read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LOCK_BYTES_MAX + 1);
        if (bytes.length > LOCK_BYTES_MAX) {
            throw new IOException("the lock is larger than " + LOCK_BYTES_MAX + " bytes");
        }
        try {
            JsonNode root = JSON.readTree(bytes);
            if (root.required("format").asInt() != FORMAT) {
                throw new IOException("the lock has an unknown format; lock again");
            }
            List<String> suites = new ArrayList<>();
            root.required("suites").forEach(suite -> suites.add(suite.asString()));
            List<LockedPackage> packages = new ArrayList<>();
            root.required("packages").forEach(each -> packages.add(onePackage(each)));
            Optional<Lock.Jdk> jdk =
                    Optional.ofNullable(root.get("jdk"))
                            .map(each -> new Lock.Jdk(text(each, "version"), text(each, "sha256")));
            return new Lock(root.required("arch").asString(), suites, packages, jdk);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException("the lock cannot be read; lock again: " + e.getMessage(), e);
        }
    }

    private static LockedPackage onePackage(JsonNode each) {
        return new LockedPackage(
                new LockedPackage.Id(text(each, "name"), text(each, "version"), text(each, "arch")),
                text(each, "suite"),
                text(each, "filename"),
                new Digest(each.required("size").asLong(), text(each, "sha256")));
    }

    private static String text(JsonNode node, String key) {
        return node.required(key).asString();
    }
}
