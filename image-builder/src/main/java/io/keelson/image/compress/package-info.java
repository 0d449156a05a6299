/** Compression of file contents for file systems: blocks in, blocks out, the same every time. */
@NullMarked
package io.keelson.image.compress;

import org.jspecify.annotations.NullMarked;
