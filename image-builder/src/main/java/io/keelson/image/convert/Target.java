package io.keelson.image.convert;

import java.util.Locale;

/** Where an image is to start, or the format it is to have. */
public enum Target {
    /** A sparse file. */
    RAW,
    QCOW2,
    /** The streamOptimized VMDK that ESXi and OVA files take. */
    VMDK,
    /** The fixed VHD. */
    VHD,
    VHDX,
    /** The archive that Compute Engine imports. */
    GCE,
    /** A directory: raw disk and the requests that make an AMI of it. */
    AWS,
    /** A fixed VHD of whole MiB. */
    AZURE,
    /** A directory: qcow2 and the properties of the image. */
    OPENSTACK,
    /** A directory: what a boot server hands out. */
    PXE;

    /** The name on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the result is a directory of files instead of one file. */
    public boolean makesDirectory() {
        return this == AWS || this == OPENSTACK || this == PXE;
    }

    /** Whether a disk there has sectors of 512 bytes; a PXE set has no disk at all. */
    boolean takesOnlySmallSectors() {
        return switch (this) {
            case RAW, PXE -> false;
            case QCOW2, VMDK, VHD, VHDX, GCE, AWS, AZURE, OPENSTACK -> true;
        };
    }

    /** What the size of a disk there is a multiple of, in bytes. */
    long sizeMultiple() {
        return switch (this) {
            case GCE -> GceArchive.SIZE_MULTIPLE_BYTES;
            case AZURE -> 1L << 20;
            case RAW, QCOW2, VMDK, VHD, VHDX, AWS, OPENSTACK, PXE -> Disk.SECTOR_BYTES;
        };
    }
}
