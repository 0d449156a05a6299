/** Zstandard decompression by the system's libzstd. */
@NullMarked
package io.keelson.host.zstd;

import org.jspecify.annotations.NullMarked;
