/** dm-verity hash trees. */
@NullMarked
package io.keelson.disk.verity;

import org.jspecify.annotations.NullMarked;
