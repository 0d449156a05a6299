/** The two slots of the disk and the order in which a host is switched from one to the other. */
@NullMarked
package io.keelson.engine.slot;

import org.jspecify.annotations.NullMarked;
