/** Bzip2 decompression by the system's libbz2. */
@NullMarked
package io.keelson.host.bzip2;

import org.jspecify.annotations.NullMarked;
