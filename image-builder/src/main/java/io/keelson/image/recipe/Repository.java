package io.keelson.image.recipe;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * An archive of packages beside Debian's.
 *
 * @param name how locks call it
 * @param uri the directory that holds {@code dists} and {@code pool}
 * @param suite the directory below {@code dists}
 * @param components of the suite
 * @param keyring the OpenPGP keys that sign it, and may sign nothing else
 */
public record Repository(
        String name, URI uri, String suite, List<String> components, Path keyring) {
    public Repository {
        components = List.copyOf(components);
        if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new IllegalArgumentException("not the name of a repository: " + name);
        }
    }
}
