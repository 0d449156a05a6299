/** The files of an image, held in memory with their owners and modes, never unpacked as root. */
@NullMarked
package io.keelson.image.tree;

import org.jspecify.annotations.NullMarked;
