/** Writes payloads; needs zstd-jni, so the host distribution does not carry this package. */
@NullMarked
package io.keelson.payload.generate;

import org.jspecify.annotations.NullMarked;
