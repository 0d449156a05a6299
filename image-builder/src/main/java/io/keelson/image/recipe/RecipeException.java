package io.keelson.image.recipe;

import java.io.IOException;
import java.nio.file.Path;

/** A recipe that cannot be used as written. */
public final class RecipeException extends IOException {
    private static final long serialVersionUID = 1L;

    RecipeException(Path file, String problem) {
        super("recipe " + file + ": " + problem);
    }

    RecipeException(Path file, String problem, Throwable cause) {
        super("recipe " + file + ": " + problem, cause);
    }
}
