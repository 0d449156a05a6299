/** Release metadata and channel definitions. */
@NullMarked
package io.keelson.channels;

import org.jspecify.annotations.NullMarked;
