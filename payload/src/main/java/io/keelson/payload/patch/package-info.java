/** Patches: what a host already has, and the difference to what it shall have. */
@NullMarked
package io.keelson.payload.patch;

import org.jspecify.annotations.NullMarked;
