package io.keelson.image.packages;

import io.keelson.image.archive.PackageIndex;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses packages: those asked for, and what they depend on.
 *
 * <p>No search: the leftmost alternative that can be satisfied is taken, unless another one is
 * already chosen. Recommended and Essential packages are not added; a recipe names what it wants.
 */
public final class Resolver {
    private final Universe universe;
    private final Set<String> exclude;
    private final Map<String, BinaryPackage> chosen = new LinkedHashMap<>();
    private final Map<String, String> neededBy = new HashMap<>();
    private final Deque<BinaryPackage> open = new ArrayDeque<>();

    Resolver(Universe universe, Set<String> exclude) {
        this.universe = universe;
        this.exclude = exclude;
    }

    /**
     * Pins what a recipe asks for.
     *
     * @param exclude names that count as present in every version, and are never chosen
     * @throws UnsatisfiedDependency if that is impossible; the message tells who needs what
     */
    public static Lock resolve(PackageIndex index, Question question, Set<String> exclude)
            throws IOException, InterruptedException {
        Universe universe = Universe.of(index, question.suites(), question.arch());
        List<LockedPackage> pins = new ArrayList<>();
        for (BinaryPackage one : new Resolver(universe, exclude).choose(question.packages())) {
            pins.add(one.pin());
        }
        return new Lock(question.arch(), question.suites(), pins);
    }

    /** What is asked of a mirror. */
    public record Question(String arch, List<String> suites, List<String> packages) {
        public Question {
            suites = List.copyOf(suites);
            packages = List.copyOf(packages);
        }
    }

    List<BinaryPackage> choose(List<String> names) throws UnsatisfiedDependency {
        for (String name : new LinkedHashSet<>(names)) {
            if (exclude.contains(name)) {
                throw new UnsatisfiedDependency("the recipe both asks for and excludes " + name);
            }
            List<BinaryPackage> found = universe.named(name);
            if (found.isEmpty()) {
                throw new UnsatisfiedDependency(
                        "no suite of the recipe has the package " + name + suggestion(name));
            }
            take(found.getFirst(), "");
        }
        while (!open.isEmpty()) {
            BinaryPackage next = open.removeFirst();
            for (List<Relation> alternatives : next.depends()) {
                satisfy(next, alternatives);
            }
        }
        refuseConflicts();
        return List.copyOf(chosen.values());
    }

    private void satisfy(BinaryPackage dependent, List<Relation> alternatives)
            throws UnsatisfiedDependency {
        for (Relation relation : alternatives) {
            if (exclude.contains(relation.name()) || isSatisfied(relation)) {
                return;
            }
        }
        for (Relation relation : alternatives) {
            Optional<BinaryPackage> best =
                    universe.candidates(relation).stream()
                            .filter(one -> !exclude.contains(one.name()))
                            .filter(one -> !chosen.containsKey(one.name()))
                            .findFirst();
            if (best.isPresent()) {
                take(best.get(), dependent.name());
                return;
            }
        }
        throw new UnsatisfiedDependency(
                "%s needs %s, but %s (%s)"
                        .formatted(
                                dependent,
                                String.join(
                                        " | ",
                                        alternatives.stream().map(Relation::toString).toList()),
                                obstacle(alternatives.getFirst()),
                                chain(dependent.name())));
    }

    private boolean isSatisfied(Relation relation) {
        BinaryPackage same = chosen.get(relation.name());
        if (same != null && relation.allows(same.version())) {
            return true;
        }
        return universe.candidates(relation).stream()
                .anyMatch(one -> one.equals(chosen.get(one.name())));
    }

    private void take(BinaryPackage one, String because) {
        if (chosen.putIfAbsent(one.name(), one) == null) {
            neededBy.put(one.name(), because);
            open.addLast(one);
        }
    }

    private void refuseConflicts() throws UnsatisfiedDependency {
        Map<String, List<BinaryPackage>> offers = new HashMap<>();
        for (BinaryPackage one : chosen.values()) {
            offers.computeIfAbsent(one.name(), _ -> new ArrayList<>()).add(one);
            for (Relation provided : one.provides()) {
                offers.computeIfAbsent(provided.name(), _ -> new ArrayList<>()).add(one);
            }
        }
        for (BinaryPackage one : chosen.values()) {
            for (Relation against : one.conflicts()) {
                for (BinaryPackage other : offers.getOrDefault(against.name(), List.of())) {
                    if (!other.equals(one) && other.satisfies(against)) {
                        throw new UnsatisfiedDependency(
                                "%s cannot be beside %s: it conflicts with %s (%s; %s)"
                                        .formatted(
                                                one,
                                                other,
                                                against,
                                                chain(one.name()),
                                                chain(other.name())));
                    }
                }
            }
        }
    }

    private String obstacle(Relation relation) {
        BinaryPackage same = chosen.get(relation.name());
        if (same != null) {
            return same + " is already chosen, " + chain(same.name());
        }
        List<BinaryPackage> known = universe.named(relation.name());
        return known.isEmpty()
                ? "no suite of the recipe has " + relation.name()
                : "the newest is " + known.getFirst().version();
    }

    private String suggestion(String name) {
        List<String> providers =
                universe.candidates(new Relation(name, Optional.empty())).stream()
                        .map(BinaryPackage::name)
                        .toList();
        return providers.isEmpty() ? "" : "; it is a virtual package, ask for one of " + providers;
    }

    /** "libc6 is needed by bash, asked for by the recipe". */
    private String chain(String name) {
        List<String> names = new ArrayList<>();
        for (String at = neededBy.getOrDefault(name, "");
                !at.isEmpty();
                at = neededBy.getOrDefault(at, "")) {
            names.add(at);
        }
        return names.isEmpty()
                ? name + " is asked for by the recipe"
                : name + " is needed by " + String.join(", needed by ", names);
    }
}
