package io.keelson.disk.fat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.SortedMap;

/** Writes a FAT32 file system: sparse, and the same bytes for the same input. */
public final class Fat32Image {
    private Fat32Image() {}

    /**
     * @param files by absolute path such as {@code /EFI/BOOT/BOOTX64.EFI}; directories are made
     */
    public static void write(FileChannel out, FatVolume volume, SortedMap<String, ByteSource> files)
            throws IOException {
        throw new UnsupportedOperationException();
    }
}
