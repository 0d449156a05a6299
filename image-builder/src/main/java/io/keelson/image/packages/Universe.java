package io.keelson.image.packages;

import io.keelson.image.archive.PackageIndex;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Every package that could be chosen, by its name and by what it provides. */
final class Universe {
    private final Map<String, List<BinaryPackage>> byName = new HashMap<>();
    private final Map<String, List<BinaryPackage>> byProvided = new HashMap<>();
    private final Set<String> essential = new TreeSet<>();
    private final String arch;

    Universe(String arch) {
        this.arch = arch;
    }

    /** All packages of some suites. */
    static Universe of(PackageIndex index, List<String> suites, String arch)
            throws IOException, InterruptedException {
        Universe all = new Universe(arch);
        for (String suite : suites) {
            index.read(suite, arch, stanza -> all.add(BinaryPackage.of(stanza, suite)));
        }
        return all;
    }

    void add(BinaryPackage one) {
        List<BinaryPackage> same = byName.computeIfAbsent(one.name(), _ -> new ArrayList<>());
        same.add(one);
        if (same.size() > 1) {
            same.sort(Comparator.comparing(BinaryPackage::version).reversed());
        }
        if (one.isEssential()) {
            essential.add(one.name());
        }
        for (Relation provided : one.provides()) {
            byProvided.computeIfAbsent(provided.name(), _ -> new ArrayList<>()).add(one);
        }
    }

    /** Versions of a package, the newest first. */
    List<BinaryPackage> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /**
     * Packages that a dependency accepts, best first: the package itself, then its providers by
     * priority and name, of each only the newest version.
     */
    List<BinaryPackage> candidates(Relation relation) {
        List<BinaryPackage> found = new ArrayList<>();
        named(relation.name()).stream()
                .filter(one -> relation.allows(one.version()) && qualifies(one, relation))
                .findFirst()
                .ifPresent(found::add);
        byProvided.getOrDefault(relation.name(), List.of()).stream()
                .filter(one ->
                        one.equals(named(one.name()).getFirst())
                                && one.providesFor(relation)
                                && qualifies(one, relation))
                .sorted(
                        Comparator.comparingInt(BinaryPackage::priorityRank)
                                .thenComparing(BinaryPackage::name))
                .forEach(found::add);
        return found;
    }

    /** Everything that a conflict is with, in every version. */
    List<BinaryPackage> matching(Relation relation) {
        List<BinaryPackage> found = new ArrayList<>();
        for (BinaryPackage one : named(relation.name())) {
            if (one.satisfies(relation) && qualifies(one, relation)) {
                found.add(one);
            }
        }
        for (BinaryPackage one : byProvided.getOrDefault(relation.name(), List.of())) {
            if (one.providesFor(relation) && qualifies(one, relation) && !found.contains(one)) {
                found.add(one);
            }
        }
        return found;
    }

    /** The newest of each package that the archive marks as essential, by name. */
    List<BinaryPackage> essential() {
        return essential.stream().map(name -> named(name).getFirst()).toList();
    }

    /** deb-control(5): only a package that allows it answers to any architecture. */
    private boolean qualifies(BinaryPackage one, Relation relation) {
        return switch (relation.qualifier()) {
            case "", "native" -> true;
            case "any" -> one.isForAnyArchitecture();
            default -> relation.qualifier().equals(arch);
        };
    }
}
