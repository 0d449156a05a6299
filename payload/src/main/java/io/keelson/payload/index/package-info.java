/** Finds what a host of any older release already has, and fetches only the rest of a payload. */
@NullMarked
package io.keelson.payload.index;

import org.jspecify.annotations.NullMarked;
