/** What programs and libraries in an image need to start. */
@NullMarked
package io.keelson.image.elf;

import org.jspecify.annotations.NullMarked;
