/** Update payloads: read, verify, apply, generate. */
@NullMarked
package io.keelson.payload;

import org.jspecify.annotations.NullMarked;
