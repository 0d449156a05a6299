/** XZ decompression by the system's liblzma. */
@NullMarked
package io.keelson.host.xz;

import org.jspecify.annotations.NullMarked;
