/** The FAT32 file system of an EFI system partition. */
@NullMarked
package io.keelson.disk.fat;

import org.jspecify.annotations.NullMarked;
