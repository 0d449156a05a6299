/** Puts kernel, loader and file systems together: UKI, ESP and the GPT disk. */
@NullMarked
package io.keelson.image.assemble;

import org.jspecify.annotations.NullMarked;
