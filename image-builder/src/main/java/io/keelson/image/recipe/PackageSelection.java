package io.keelson.image.recipe;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which packages are in the image.
 *
 * @param sources where they are looked for
 * @param packages packages asked for by name; their dependencies follow
 * @param essential whether those that Debian marks as essential come without being asked for
 * @param exclude packages that count as present without being installed
 * @param kernel the kernel's package, installed like the others
 * @param scriptWaivers packages whose maintainer scripts may stay uncovered, with the reason
 */
public record PackageSelection(
        Sources sources,
        List<String> packages,
        boolean essential,
        Set<String> exclude,
        String kernel,
        Map<String, String> scriptWaivers) {
    public PackageSelection {
        packages = List.copyOf(packages);
        exclude = Set.copyOf(exclude);
        scriptWaivers = Map.copyOf(scriptWaivers);
        if (kernel.isBlank()) {
            throw new IllegalArgumentException("no kernel package is given");
        }
    }

    /**
     * Lists of packages; the newest version in any of them wins.
     *
     * @param suites suites of Debian
     * @param components of these suites
     * @param repositories archives of others
     */
    public record Sources(
            List<String> suites, List<String> components, List<Repository> repositories) {
        public Sources {
            suites = List.copyOf(suites);
            components = List.copyOf(components);
            repositories = List.copyOf(repositories);
            if (suites.isEmpty()) {
                throw new IllegalArgumentException("no suite is given");
            }
            Set<String> names = new HashSet<>(suites);
            for (Repository repository : repositories) {
                if (!names.add(repository.name())) {
                    throw new IllegalArgumentException(
                            "two suites or repositories are called " + repository.name());
                }
            }
        }
    }

    /** Names of all lists, as a lock has them. */
    public List<String> sourceNames() {
        List<String> names = new java.util.ArrayList<>(sources.suites());
        sources.repositories().forEach(each -> names.add(each.name()));
        return List.copyOf(names);
    }

    PackageSelection withSuites(List<String> suites) {
        return new PackageSelection(
                new Sources(suites, sources.components(), sources.repositories()),
                packages,
                essential,
                exclude,
                kernel,
                scriptWaivers);
    }
}
