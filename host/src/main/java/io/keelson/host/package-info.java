/** What the JDK lacks on a Linux host. */
@NullMarked
package io.keelson.host;

import org.jspecify.annotations.NullMarked;
