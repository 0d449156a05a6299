/** From signed Debian packages to a disk image and a payload. */
@NullMarked
package io.keelson.image;

import org.jspecify.annotations.NullMarked;
