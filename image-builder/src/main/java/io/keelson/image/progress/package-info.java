/** How the steps of a build tell how far they are. */
@NullMarked
package io.keelson.image.progress;

import org.jspecify.annotations.NullMarked;
