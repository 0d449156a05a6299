/** What goes into an image, as a person writes it down. */
@NullMarked
package io.keelson.image.recipe;

import org.jspecify.annotations.NullMarked;
