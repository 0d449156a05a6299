package io.keelson.image.tree;

import java.io.IOException;

/** Two origins want different things at one path. */
public final class TreeConflict extends IOException {
    private static final long serialVersionUID = 1L;

    TreeConflict(String path, String first, String second, String what) {
        super(
                "%s is in both %s and %s: %s; leave one of them out, or remove the path in the recipe"
                        .formatted(path, first, second, what));
    }
}
