package io.keelson.image.recipe;

import io.keelson.disk.boot.Architecture;

/**
 * Who the image is.
 *
 * @param name the recipe's name, for reports
 * @param arch Debian architecture, for example {@code amd64}
 * @param epochSeconds time of every file in the image, in seconds since 1970
 */
public record Identity(String name, String arch, long epochSeconds) {
    public Identity {
        if (!name.matches("[a-z0-9][a-z0-9._-]{0,62}")) {
            throw new IllegalArgumentException("not a recipe name: " + name);
        }
        if (Architecture.ofDebian(arch).isEmpty()) {
            throw new IllegalArgumentException(
                    "architecture " + arch + " is not supported; known: [amd64, arm64]");
        }
        if (epochSeconds < 0) {
            throw new IllegalArgumentException("epoch is before 1970: " + epochSeconds);
        }
    }

    public Architecture architecture() {
        return Architecture.ofDebian(arch).orElseThrow();
    }
}
