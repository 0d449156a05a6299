/** The host daemon keelsond. */
@NullMarked
package io.keelson.engine;

import org.jspecify.annotations.NullMarked;
