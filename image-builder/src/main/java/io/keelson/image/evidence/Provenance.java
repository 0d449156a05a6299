package io.keelson.image.evidence;

import io.keelson.channels.Artifact;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a release was built from and how: an in-toto statement with SLSA provenance version 1. It
 * has no times and no machine in it, so it is the same wherever the release is built.
 *
 * @param subjects the release's files by name
 * @param parameters what the user asked for, by name
 * @param inputs files beside packages that went in, by name, with their SHA-256
 */
public record Provenance(
        SortedMap<String, Artifact> subjects,
        SortedMap<String, String> parameters,
        Lock lock,
        SortedMap<String, String> inputs) {
    public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
    public static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
    private static final String BUILD_TYPE = "tag:keelson,2026:image-build/v1";
    private static final String BUILDER = "tag:keelson,2026:image-builder";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The statement; the same release gives the same bytes. */
    public byte[] statement() {
        ObjectNode root = JSON.createObjectNode();
        root.put("_type", STATEMENT_TYPE);
        ArrayNode subject = root.putArray("subject");
        subjects.forEach((name, artifact) -> {
            ObjectNode one = subject.addObject().put("name", name);
            one.putObject("digest").put("sha256", artifact.sha256());
        });
        root.put("predicateType", PREDICATE_TYPE);
        ObjectNode predicate = root.putObject("predicate");
        ObjectNode definition = predicate.putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        ObjectNode external = definition.putObject("externalParameters");
        parameters.forEach(external::put);
        ArrayNode suites = external.putArray("suites");
        lock.suites().forEach(suites::add);
        ArrayNode dependencies = definition.putArray("resolvedDependencies");
        for (LockedPackage each : lock.packages()) {
            dependency(dependencies, PackageUrl.of(each), each.digest().sha256());
        }
        for (Map.Entry<String, String> input : inputs.entrySet()) {
            dependency(dependencies, "file:" + input.getKey(), input.getValue());
        }
        predicate.putObject("runDetails").putObject("builder").put("id", BUILDER);
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void dependency(ArrayNode list, String uri, String sha256) {
        ObjectNode one = list.addObject().put("uri", uri);
        one.putObject("digest").put("sha256", sha256);
    }
}
