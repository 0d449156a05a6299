/** Matches the packages of a release against Debian's security tracker, offline. */
@NullMarked
package io.keelson.image.scan;

import org.jspecify.annotations.NullMarked;
