/** Puts the Java runtime and our host programs into the image's tree. */
@NullMarked
package io.keelson.image.runtime;

import org.jspecify.annotations.NullMarked;
