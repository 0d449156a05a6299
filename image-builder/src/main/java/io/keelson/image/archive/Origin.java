package io.keelson.image.archive;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * One signed list of packages: a suite of Debian, or of somebody else.
 *
 * @param name how a lock calls it; Debian's suites are called what they are called there
 * @param base the directory that holds {@code dists} and {@code pool}
 * @param suite the directory below {@code dists}
 * @param components of the suite, such as {@code main}
 * @param keyrings whose keys may sign it, and nothing else
 */
public record Origin(
        String name, URI base, String suite, List<String> components, List<Path> keyrings) {
    public Origin {
        base = Mirrors.directory(base);
        components = List.copyOf(components);
        keyrings = List.copyOf(keyrings);
        if (!name.matches("[a-z0-9][a-z0-9.-]*") || !suite.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new IllegalArgumentException("not a suite name: " + name + " " + suite);
        }
        for (String component : components) {
            if (!component.matches("[a-z0-9][a-z0-9-]*")) {
                throw new IllegalArgumentException("not a component of a suite: " + component);
            }
        }
    }

    /** A suite of Debian itself. */
    public static Origin debian(
            String suite, Mirrors mirrors, List<String> components, List<Path> keyrings) {
        return new Origin(suite, mirrors.base(suite), suite, components, keyrings);
    }

    URI dists() {
        return base.resolve("dists/" + suite + "/");
    }
}
