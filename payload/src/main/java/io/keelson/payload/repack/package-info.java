/** Looks inside compressed frames: patches their content and compresses it again, bit for bit. */
@NullMarked
package io.keelson.payload.repack;

import org.jspecify.annotations.NullMarked;
