package io.keelson.image.convert;

import java.io.IOException;
import java.nio.file.Path;

/** How a disk can be stored in one file. */
enum DiskFormat {
    RAW,
    QCOW2,
    QCOW2_COMPRESSED,
    VMDK,
    VHD,
    VHDX,
    GCE;

    /** Writes a new file. */
    void write(Disk disk, Path file) throws IOException {
        switch (this) {
            case RAW -> RawImage.write(disk, file);
            case QCOW2 -> Qcow2Image.write(disk, false, file);
            case QCOW2_COMPRESSED -> Qcow2Image.write(disk, true, file);
            case VMDK -> StreamVmdk.write(disk, file);
            case VHD -> FixedVhd.write(disk, file);
            case VHDX -> VhdxImage.write(disk, file);
            case GCE -> GceArchive.write(disk, file);
        }
    }
}
