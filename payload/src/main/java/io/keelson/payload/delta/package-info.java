/**
 * Makes deltas; needs zstd-jni and memory, so the host distribution does not carry this package.
 */
@NullMarked
package io.keelson.payload.delta;

import org.jspecify.annotations.NullMarked;
