package io.keelson.image.packages;

import io.keelson.image.archive.PackageIndex;
import io.keelson.image.packages.ClauseSearch.Clause;
import io.keelson.image.packages.Conclusion.Clashes;
import io.keelson.image.packages.Conclusion.Needs;
import io.keelson.image.packages.Conclusion.OneVersion;
import io.keelson.image.packages.Conclusion.Wanted;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses packages: those asked for, and what they depend on.
 *
 * <p>A dependency with one possibility is followed before one that leaves a choice; of a choice the
 * leftmost possibility is taken unless another one is there already or the leftmost leads to a
 * conflict. Recommended packages are not added.
 */
public final class Resolver {
    private static final String RECIPE = "the recipe";
    private static final String ESSENTIAL = "the archive, as essential";

    private final Universe universe;
    private final Set<String> exclude;

    /** By identity: to compare all fields of packages would take long. */
    private final IdentityHashMap<BinaryPackage, Integer> numbers = new IdentityHashMap<>();

    private final List<BinaryPackage> byNumber = new ArrayList<>();

    Resolver(Universe universe, Set<String> exclude) {
        this.universe = universe;
        this.exclude = exclude;
    }

    /**
     * Pins what a recipe asks for.
     *
     * @throws UnsatisfiedDependency if that is impossible; the message tells who needs what
     */
    public static Lock resolve(PackageIndex index, Question question)
            throws IOException, InterruptedException {
        Universe universe = Universe.of(index, question.suites(), question.arch());
        List<LockedPackage> pins = new ArrayList<>();
        Resolver resolver = new Resolver(universe, question.exclude());
        for (BinaryPackage one : resolver.choose(question.packages(), question.essential())) {
            pins.add(one.pin());
        }
        return new Lock(question.arch(), question.suites(), pins);
    }

    /**
     * What is asked of an archive.
     *
     * @param arch Debian architecture
     * @param suites names of suites and repositories
     * @param packages by name
     * @param essential whether the packages that Debian marks as essential come too
     * @param exclude names that count as present in every version, and are never chosen
     */
    public record Question(
            String arch,
            List<String> suites,
            List<String> packages,
            boolean essential,
            Set<String> exclude) {
        public Question {
            suites = List.copyOf(suites);
            packages = List.copyOf(packages);
            exclude = Set.copyOf(exclude);
        }
    }

    List<BinaryPackage> choose(List<String> names, boolean essential) throws UnsatisfiedDependency {
        Map<String, Clause> wanted = new LinkedHashMap<>();
        for (String name : names) {
            BinaryPackage one = newest(name);
            wanted.putIfAbsent(name, wanted(one, RECIPE));
        }
        if (essential) {
            for (BinaryPackage one : universe.essential()) {
                if (!exclude.contains(one.name())) {
                    wanted.putIfAbsent(one.name(), wanted(one, ESSENTIAL));
                }
            }
        }
        try {
            return new ClauseSearch(this::rules)
                    .choose(List.copyOf(wanted.values())).stream()
                            .map(number -> byNumber.get(number - 1))
                            .toList();
        } catch (ClauseSearch.Contradiction e) {
            throw new UnsatisfiedDependency(new Explanation(universe, e.clauses()).sentence());
        }
    }

    private BinaryPackage newest(String name) throws UnsatisfiedDependency {
        if (exclude.contains(name)) {
            throw new UnsatisfiedDependency("the recipe both asks for and excludes " + name);
        }
        List<BinaryPackage> found = universe.named(name);
        if (found.isEmpty()) {
            throw new UnsatisfiedDependency(
                    "no suite of the recipe has the package " + name + suggestion(name));
        }
        return found.getFirst();
    }

    private Clause wanted(BinaryPackage one, String by) {
        return Clause.of(new Wanted(one, by), List.of(number(one)));
    }

    /** What follows when a package is chosen. */
    private List<Clause> rules(int number) {
        BinaryPackage one = byNumber.get(number - 1);
        List<Clause> rules = new ArrayList<>();
        for (BinaryPackage other : universe.named(one.name())) {
            if (!other.equals(one)) {
                rules.add(not(new OneVersion(one, other), one, other));
            }
        }
        for (Relation against : one.conflicts()) {
            for (BinaryPackage other : universe.matching(against)) {
                if (!other.name().equals(one.name()) && !exclude.contains(other.name())) {
                    rules.add(not(new Clashes(one, against, other), one, other));
                }
            }
        }
        for (List<Relation> alternatives : one.depends()) {
            if (alternatives.stream().noneMatch(each -> exclude.contains(each.name()))) {
                rules.add(needs(one, alternatives));
            }
        }
        return rules;
    }

    private Clause needs(BinaryPackage one, List<Relation> alternatives) {
        List<BinaryPackage> candidates = new ArrayList<>();
        List<Integer> literals = new ArrayList<>(List.of(-number(one)));
        for (Relation alternative : alternatives) {
            for (BinaryPackage candidate : universe.candidates(alternative)) {
                if (!exclude.contains(candidate.name()) && !candidates.contains(candidate)) {
                    candidates.add(candidate);
                    literals.add(number(candidate));
                }
            }
        }
        return Clause.of(new Needs(one, alternatives, candidates), literals);
    }

    private Clause not(Conclusion why, BinaryPackage one, BinaryPackage other) {
        return Clause.of(why, List.of(-number(one), -number(other)));
    }

    private int number(BinaryPackage one) {
        Integer known = numbers.get(one);
        if (known == null) {
            byNumber.add(one);
            known = byNumber.size();
            numbers.put(one, known);
        }
        return known;
    }

    private String suggestion(String name) {
        List<String> providers =
                universe.candidates(Relation.any(name)).stream().map(BinaryPackage::name).toList();
        return providers.isEmpty() ? "" : "; it is a virtual package, ask for one of " + providers;
    }
}
