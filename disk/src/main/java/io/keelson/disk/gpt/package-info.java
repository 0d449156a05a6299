/** The GUID partition table and the product's layout in it. */
@NullMarked
package io.keelson.disk.gpt;

import org.jspecify.annotations.NullMarked;
