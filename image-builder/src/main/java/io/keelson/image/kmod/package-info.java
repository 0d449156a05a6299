/** Kernel modules: what they need, which are kept, and the indexes that kmod searches. */
@NullMarked
package io.keelson.image.kmod;

import org.jspecify.annotations.NullMarked;
