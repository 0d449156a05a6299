package io.keelson.image.packages;

import io.keelson.image.archive.Digest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One package of an index. Tens of thousands are read and a hundred chosen, so what takes parsing
 * is parsed when it is asked for.
 *
 * @param name package name
 * @param version its version, comparable
 * @param suite where it was found
 * @param fields its control fields
 */
record BinaryPackage(String name, DebVersion version, String suite, Map<String, String> fields) {
    static BinaryPackage of(Map<String, String> stanza, String suite) throws IOException {
        try {
            return new BinaryPackage(
                    required(stanza, "Package"),
                    new DebVersion(required(stanza, "Version")),
                    suite,
                    stanza);
        } catch (IllegalArgumentException e) {
            throw damaged(stanza.get("Package"), suite, e);
        }
    }

    /** What identifies it and its file. */
    LockedPackage pin() throws IOException {
        try {
            return new LockedPackage(
                    new LockedPackage.Id(
                            name, version.toString(), required(fields, "Architecture")),
                    suite,
                    required(fields, "Filename"),
                    new Digest(
                            Long.parseLong(required(fields, "Size")), required(fields, "SHA256")));
        } catch (IllegalArgumentException e) {
            throw damaged(name, suite, e);
        }
    }

    /** Virtual packages, each with at most the one version that it provides. */
    List<Relation> provides() {
        return flat(fields.getOrDefault("Provides", ""));
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

    boolean isEssential() {
        return fields.getOrDefault("Essential", "no").equals("yes");
    }

    /** Whether a dependency may name it with the qualifier {@code :any}. */
    boolean isForAnyArchitecture() {
        return fields.getOrDefault("Multi-Arch", "no").equals("allowed");
    }

    boolean satisfies(Relation relation) {
        if (name.equals(relation.name()) && relation.allows(version)) {
            return true;
        }
        return providesFor(relation);
    }

    /** Only a versioned Provides satisfies a versioned dependency (Debian Policy, section 7.5). */
    boolean providesFor(Relation relation) {
        return provides().stream()
                .filter(provided -> provided.name().equals(relation.name()))
                .anyMatch(provided ->
                        provided.bound()
                                .map(bound -> relation.allows(bound.version()))
                                .orElse(relation.bound().isEmpty()));
    }

    @Override
    public String toString() {
        return name + " " + version;
    }

    private static List<Relation> flat(String field) {
        return Relation.parse(field).stream().map(List::getFirst).toList();
    }

    private static IOException damaged(
            @Nullable String name, String suite, IllegalArgumentException cause) {
        return new IOException(
                "package %s of suite %s: %s".formatted(name, suite, cause.getMessage()), cause);
    }

    private static String required(Map<String, String> stanza, String field) {
        String value = stanza.get(field);
        if (value == null) {
            throw new IllegalArgumentException("field " + field + " is missing");
        }
        return value;
    }
}
