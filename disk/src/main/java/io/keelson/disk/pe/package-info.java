/** PE images: their Authenticode hash and unified kernel images. */
@NullMarked
package io.keelson.disk.pe;

import org.jspecify.annotations.NullMarked;
