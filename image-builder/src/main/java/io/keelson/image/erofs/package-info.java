/** Writes EROFS file system images: plain or compressed, deterministic, from a tree in memory. */
@NullMarked
package io.keelson.image.erofs;

import org.jspecify.annotations.NullMarked;
