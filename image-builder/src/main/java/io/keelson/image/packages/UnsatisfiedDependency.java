package io.keelson.image.packages;

import java.io.IOException;

/** No set of packages satisfies the recipe. */
public final class UnsatisfiedDependency extends IOException {
    private static final long serialVersionUID = 1L;

    UnsatisfiedDependency(String message) {
        super(message);
    }
}
