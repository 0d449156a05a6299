/** Fetches from a Debian archive, and believes only what its signature or a digest covers. */
@NullMarked
package io.keelson.image.archive;

import org.jspecify.annotations.NullMarked;
