/** Turns a verified payload into the content of partitions, and continues where it was cut. */
@NullMarked
package io.keelson.payload.apply;

import org.jspecify.annotations.NullMarked;
