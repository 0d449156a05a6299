package io.keelson.image.scan;

import io.keelson.image.evidence.Sbom;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which source packages a built image's packages come from. */
public final class InstalledSources {
    private static final int SBOM_BYTES_MAX = 64 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private InstalledSources() {}

    /** The scan of a build's output directory. */
    public static Scan of(Path directory) throws IOException {
        Lock lock;
        try (InputStream in = Files.newInputStream(directory.resolve("packages.lock"))) {
            lock = Lock.read(in);
        }
        if (lock.suites().isEmpty()) {
            throw new IOException(
                    "packages.lock names no suite, so its Debian release is not known; lock again");
        }
        Map<String, String> sources = fromSbom(directory.resolve("sbom.cdx.json"));
        SortedMap<String, List<String>> binaries = new TreeMap<>();
        for (LockedPackage each : lock.packages()) {
            String source =
                    sources.getOrDefault(
                            each.name() + " " + each.id().version(),
                            fromPool(each) + " " + each.id().version());
            binaries.computeIfAbsent(source, _ -> new ArrayList<>()).add(each.name());
        }
        List<SourceBuild> builds = new ArrayList<>();
        binaries.forEach((source, names) -> {
            int space = source.indexOf(' ');
            builds.add(
                    new SourceBuild(
                            source.substring(0, space), source.substring(space + 1), names));
        });
        return new Scan(lock.suites().getFirst().replaceFirst("-.*$", ""), lock.suites(), builds);
    }

    /** By "name version" of the binary package, as the bill of materials has it. */
    private static Map<String, String> fromSbom(Path file) throws IOException {
        Map<String, String> sources = new HashMap<>();
        if (!Files.exists(file)) {
            return sources;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(SBOM_BYTES_MAX);
        }
        try {
            for (JsonNode component : JSON.readTree(bytes).path("components")) {
                for (JsonNode property : component.path("properties")) {
                    String value = property.path("value").asString("");
                    if (property.path("name").asString("").equals(Sbom.SOURCE_PROPERTY)
                            && value.contains(" ")) {
                        sources.put(
                                component.path("name").asString("")
                                        + " "
                                        + component.path("version").asString(""),
                                value);
                    }
                }
            }
        } catch (JacksonException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
        return sources;
    }

    /** The pool sorts packages by source; an SBOM of an older build does not name it. */
    private static String fromPool(LockedPackage each) {
        String[] parts = each.filename().split("/", -1);
        return parts.length >= 5 && parts[0].equals("pool") ? parts[3] : each.name();
    }
}
