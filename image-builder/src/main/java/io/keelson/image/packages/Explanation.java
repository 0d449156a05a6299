package io.keelson.image.packages;

import io.keelson.image.packages.Conclusion.Clashes;
import io.keelson.image.packages.Conclusion.Needs;
import io.keelson.image.packages.Conclusion.OneVersion;
import io.keelson.image.packages.Conclusion.Wanted;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says in one sentence why no choice of packages is possible. */
final class Explanation {
    private static final int DEAD_ENDS_MAX = 4;

    private final Universe universe;
    private final List<Conclusion> causes;

    /** Who is asked for by whom, on the shortest way from the recipe. */
    private final Map<BinaryPackage, Needs> neededBy = new LinkedHashMap<>();

    private final Map<BinaryPackage, String> wantedBy = new HashMap<>();

    Explanation(Universe universe, List<Conclusion> causes) {
        this.universe = universe;
        this.causes = causes;
        List<BinaryPackage> open = new ArrayList<>();
        for (Conclusion cause : causes) {
            if (cause instanceof Wanted(var one, var by)) {
                wantedBy.put(one, by);
                open.add(one);
            }
        }
        for (int i = 0; i < open.size(); i++) {
            for (Conclusion cause : causes) {
                if (cause instanceof Needs needs && needs.one().equals(open.get(i))) {
                    for (BinaryPackage candidate : needs.candidates()) {
                        if (!wantedBy.containsKey(candidate)
                                && neededBy.putIfAbsent(candidate, needs) == null) {
                            open.add(candidate);
                        }
                    }
                }
            }
        }
    }

    /** "a needs b (>= 2), which conflicts with c, wanted by the recipe". */
    String sentence() {
        List<String> deadEnds = new ArrayList<>();
        Set<Set<BinaryPackage>> told = new HashSet<>();
        for (Conclusion cause : causes) {
            switch (cause) {
                case Wanted _ -> {}
                case Needs needs -> {
                    if (needs.candidates().isEmpty()) {
                        deadEnds.add(
                                "%s %s, but %s"
                                        .formatted(
                                                which(needs.one(), "needs"),
                                                text(needs.relations()),
                                                obstacle(needs.relations())));
                    }
                }
                case Clashes(var one, var against, var other) -> {
                    if (told.add(Set.of(one, other))) {
                        deadEnds.add(clash(one, against, other));
                    }
                }
                case OneVersion(var one, var other) -> {
                    if (told.add(Set.of(one, other))) {
                        deadEnds.add(
                                "%s %s"
                                        .formatted(
                                                which(one, "excludes"), other + ", " + up(other)));
                    }
                }
            }
        }
        int more = deadEnds.size() - DEAD_ENDS_MAX;
        return String.join("; and ", deadEnds.subList(0, Math.min(deadEnds.size(), DEAD_ENDS_MAX)))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private String clash(BinaryPackage one, Relation against, BinaryPackage other) {
        String named =
                against.name().equals(other.name())
                        ? ""
                        : " (which provides %s)".formatted(against);
        String whom =
                named.isEmpty() && against.bound().isPresent()
                        ? against + ": " + other
                        : other.toString();
        return "%s %s%s, %s".formatted(which(one, "conflicts with"), whom, named, up(other));
    }

    /** The way down to a package and what it does there: "a needs b, which VERB". */
    private String which(BinaryPackage one, String verb) {
        List<String> steps = new ArrayList<>();
        BinaryPackage at = one;
        for (Needs by = neededBy.get(at); by != null; by = neededBy.get(at)) {
            String choice = text(by.relations());
            // Of several alternatives it has to be said which one the sentence is about.
            steps.addFirst(
                    by.relations().size() == 1 && by.relations().getFirst().name().equals(at.name())
                            ? choice + ", which "
                            : choice + ", of which " + at.name() + " ");
            at = by.one();
            steps.addFirst("needs ");
        }
        return (at + " " + String.join("", steps)).strip() + " " + verb;
    }

    private String up(BinaryPackage one) {
        List<String> steps = new ArrayList<>();
        BinaryPackage at = one;
        for (Needs by = neededBy.get(at); by != null; by = neededBy.get(at)) {
            at = by.one();
            steps.add("needed by " + at.name());
        }
        steps.add("wanted by " + wantedBy.getOrDefault(at, "the recipe"));
        return String.join(", ", steps);
    }

    private String obstacle(List<Relation> relations) {
        List<String> reasons = new ArrayList<>();
        for (Relation relation : relations) {
            List<BinaryPackage> known = universe.named(relation.name());
            if (known.isEmpty()) {
                reasons.add("no suite of the recipe has " + relation.name());
            } else if (!relation.qualifier().isEmpty()
                    && relation.allows(known.getFirst().version())) {
                reasons.add(known.getFirst() + " is not for " + relation.qualifier());
            } else {
                reasons.add("the newest " + relation.name() + " is " + known.getFirst().version());
            }
        }
        return String.join(" and ", reasons);
    }

    private static String text(List<Relation> relations) {
        return String.join(" | ", relations.stream().map(Relation::toString).toList());
    }
}
