/** Writes a built disk in the formats of hypervisors and clouds: same disk, same bytes. */
@NullMarked
package io.keelson.image.convert;

import org.jspecify.annotations.NullMarked;
