package io.keelson.image.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One name of a dependency field, with the versions it allows (Debian Policy, section 7.1).
 *
 * @param name package or virtual package
 * @param qualifier architecture after a colon: {@code any}, {@code native} or a name; mostly empty
 * @param bound which versions fit; empty for any
 */
record Relation(String name, String qualifier, Optional<Bound> bound) {
    /** A comparison with one version. */
    record Bound(String operator, DebVersion version) {
        boolean allows(DebVersion other) {
            int order = other.compareTo(version);
            return switch (operator) {
                case "<<" -> order < 0;
                case "<=", "<" -> order <= 0;
                case "=" -> order == 0;
                case ">=", ">" -> order >= 0;
                case ">>" -> order > 0;
                default -> throw new IllegalStateException("operator " + operator);
            };
        }
    }

    /** name, optional architecture, optional (operator version) */
    private static final Pattern SHAPE =
            Pattern.compile(
                    "([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?\\s*(?:\\(\\s*(<<|<=|=|>=|>>|<|>)\\s*([^\\s)]+)\\s*\\))?");

    boolean allows(DebVersion version) {
        return bound.isEmpty() || bound.get().allows(version);
    }

    /** Any version of a package. */
    static Relation any(String name) {
        return new Relation(name, "", Optional.empty());
    }

    /** A field's alternatives: each inner list is satisfied by any one of its members. */
    static List<List<Relation>> parse(String field) {
        List<List<Relation>> all = new ArrayList<>();
        for (String group : field.split(",", -1)) {
            if (group.isBlank()) {
                continue;
            }
            List<Relation> alternatives = new ArrayList<>();
            for (String alternative : group.split("\\|", -1)) {
                alternatives.add(one(alternative.strip()));
            }
            all.add(List.copyOf(alternatives));
        }
        return List.copyOf(all);
    }

    private static Relation one(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException("not a package relation: " + text);
        }
        Optional<Bound> bound =
                Optional.ofNullable(shape.group(3))
                        .map(operator -> new Bound(operator, new DebVersion(shape.group(4))));
        String qualifier = Optional.ofNullable(shape.group(2)).orElse("");
        return new Relation(shape.group(1), qualifier, bound);
    }

    @Override
    public String toString() {
        String full = qualifier.isEmpty() ? name : name + ":" + qualifier;
        return bound.map(b -> full + " (" + b.operator() + " " + b.version() + ")").orElse(full);
    }
}
