package io.keelson.image.packages;

import io.keelson.image.archive.Digest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One package of an index.
 *
 * @param pin what identifies it and its file
 * @param version its version, comparable
 * @param provides virtual packages, each with at most the one version that it provides
 * @param fields the control fields of relations, parsed when they are needed
 */
record BinaryPackage(
        LockedPackage pin,
        DebVersion version,
        List<Relation> provides,
        Map<String, String> fields) {
    private static final List<String> KEPT =
            List.of("Depends", "Pre-Depends", "Conflicts", "Breaks", "Priority");

    static BinaryPackage of(Map<String, String> stanza, String suite) throws IOException {
        try {
            Map<String, String> fields = new HashMap<>();
            for (String field : KEPT) {
                String value = stanza.get(field);
                if (value != null) {
                    fields.put(field, value);
                }
            }
            String version = required(stanza, "Version");
            LockedPackage pin =
                    new LockedPackage(
                            new LockedPackage.Id(
                                    required(stanza, "Package"),
                                    version,
                                    required(stanza, "Architecture")),
                            suite,
                            required(stanza, "Filename"),
                            new Digest(
                                    Long.parseLong(required(stanza, "Size")),
                                    required(stanza, "SHA256")));
            return new BinaryPackage(
                    pin,
                    new DebVersion(version),
                    flat(stanza.getOrDefault("Provides", "")),
                    fields);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "package %s of suite %s: %s"
                            .formatted(stanza.get("Package"), suite, e.getMessage()),
                    e);
        }
    }

    String name() {
        return pin.id().name();
    }

    /** Depends and Pre-Depends, as one conjunction. */
    List<List<Relation>> depends() {
        List<List<Relation>> all = new ArrayList<>();
        all.addAll(Relation.parse(fields.getOrDefault("Pre-Depends", "")));
        all.addAll(Relation.parse(fields.getOrDefault("Depends", "")));
        return all;
    }

    /** Conflicts and Breaks: in a fresh tree they mean the same. */
    List<Relation> conflicts() {
        List<Relation> all = new ArrayList<>(flat(fields.getOrDefault("Conflicts", "")));
        all.addAll(flat(fields.getOrDefault("Breaks", "")));
        return all;
    }

    /** 0 for required packages, larger for less important ones. */
    int priorityRank() {
        int rank =
                List.of("required", "important", "standard", "optional", "extra")
                        .indexOf(fields.getOrDefault("Priority", "optional"));
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }

    boolean satisfies(Relation relation) {
        if (name().equals(relation.name()) && relation.allows(version)) {
            return true;
        }
        return providesFor(relation);
    }

    /** Only a versioned Provides satisfies a versioned dependency (Debian Policy, section 7.5). */
    boolean providesFor(Relation relation) {
        return provides.stream()
                .filter(provided -> provided.name().equals(relation.name()))
                .anyMatch(provided ->
                        provided.bound()
                                .map(bound -> relation.allows(bound.version()))
                                .orElse(relation.bound().isEmpty()));
    }

    @Override
    public String toString() {
        return name() + " " + version;
    }

    private static List<Relation> flat(String field) {
        return Relation.parse(field).stream().map(List::getFirst).toList();
    }

    private static String required(Map<String, String> stanza, String field) {
        String value = stanza.get(field);
        if (value == null) {
            throw new IllegalArgumentException("field " + field + " is missing");
        }
        return value;
    }
}
