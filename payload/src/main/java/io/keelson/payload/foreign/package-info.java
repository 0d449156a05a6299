/** Applies payloads of other systems, off-host. */
@NullMarked
package io.keelson.payload.foreign;

import org.jspecify.annotations.NullMarked;
