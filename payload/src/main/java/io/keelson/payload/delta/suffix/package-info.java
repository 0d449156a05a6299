/** Where a text occurs in another one. */
@NullMarked
package io.keelson.payload.delta.suffix;

import org.jspecify.annotations.NullMarked;
