package io.keelson.image.recipe;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which packages are in the image.
 *
 * @param suites archive suites, the newest version in any of them wins
 * @param packages packages asked for by name; their dependencies follow
 * @param exclude packages that count as present without being installed
 * @param kernel the kernel's package, installed like the others
 * @param scriptWaivers packages whose maintainer scripts may stay uncovered, with the reason
 */
public record PackageSelection(
        List<String> suites,
        List<String> packages,
        Set<String> exclude,
        String kernel,
        Map<String, String> scriptWaivers) {
    public PackageSelection {
        suites = List.copyOf(suites);
        packages = List.copyOf(packages);
        exclude = Set.copyOf(exclude);
        scriptWaivers = Map.copyOf(scriptWaivers);
        if (suites.isEmpty()) {
            throw new IllegalArgumentException("no suite is given");
        }
        if (kernel.isBlank()) {
            throw new IllegalArgumentException("no kernel package is given");
        }
    }
}
