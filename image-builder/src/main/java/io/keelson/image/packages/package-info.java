/** Chooses packages by their dependencies and pins the choice. */
@NullMarked
package io.keelson.image.packages;

import org.jspecify.annotations.NullMarked;
