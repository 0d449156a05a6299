/** Takes .deb files apart without running anything that is in them. */
@NullMarked
package io.keelson.image.deb;

import org.jspecify.annotations.NullMarked;
