package io.keelson.image.packages;

import io.keelson.image.archive.PackageIndex;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every package that could be chosen, by its name and by what it provides. */
final class Universe {
    private final Map<String, List<BinaryPackage>> byName = new HashMap<>();
    private final Map<String, List<BinaryPackage>> byProvided = new HashMap<>();

    /** All packages of some suites. */
    static Universe of(PackageIndex index, List<String> suites, String arch)
            throws IOException, InterruptedException {
        Universe all = new Universe();
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
                .filter(one -> relation.allows(one.version()))
                .findFirst()
                .ifPresent(found::add);
        byProvided.getOrDefault(relation.name(), List.of()).stream()
                .filter(one ->
                        one.equals(named(one.name()).getFirst()) && one.providesFor(relation))
                .sorted(
                        Comparator.comparingInt(BinaryPackage::priorityRank)
                                .thenComparing(BinaryPackage::name))
                .forEach(found::add);
        return found;
    }
}
