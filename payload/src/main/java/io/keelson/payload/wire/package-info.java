/** The Protocol Buffers wire format, read and written with limits and without generated code. */
@NullMarked
package io.keelson.payload.wire;

import org.jspecify.annotations.NullMarked;
