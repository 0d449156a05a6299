/** Does at build time, in Java, what maintainer scripts would do on a running machine. */
@NullMarked
package io.keelson.image.standin;

import org.jspecify.annotations.NullMarked;
