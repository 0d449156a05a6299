/** Makes the initial RAM disk of boot stage 1: cpio, shared-library closure, kernel modules. */
@NullMarked
package io.keelson.image.initrd;

import org.jspecify.annotations.NullMarked;
