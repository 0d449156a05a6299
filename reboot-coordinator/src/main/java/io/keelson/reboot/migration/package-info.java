/** Reads who holds a reboot slot from the documents of locksmith and airlock. */
@NullMarked
package io.keelson.reboot.migration;

import org.jspecify.annotations.NullMarked;
