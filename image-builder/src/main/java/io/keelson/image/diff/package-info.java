/** What changed between two built images. */
@NullMarked
package io.keelson.image.diff;

import org.jspecify.annotations.NullMarked;
