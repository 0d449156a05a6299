/** Makes an image's file tree from a recipe. */
@NullMarked
package io.keelson.image.rootfs;

import org.jspecify.annotations.NullMarked;
