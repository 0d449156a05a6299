package io.keelson.image.recipe;

import io.keelson.image.compress.Compression;

import java.util.List;

/**
 * What is written, and how.
 *
 * @param kernelArguments words that are added to the kernel command line
 * @param diskSizeBytes size of the disk image, sparse
 * @param sectorSize of the disk, 512 or 4096 bytes
 * @param compression of the contents of files in /usr
 * @param payloadLevel zstd level of the update payload, 1 to 22
 * @param tries how often an update may try to boot before the host falls back
 */
public record OutputOptions(
        List<String> kernelArguments,
        long diskSizeBytes,
        int sectorSize,
        Compression compression,
        int payloadLevel,
        int tries) {
    private static final int LEVEL_MAX = 22;
    private static final int TRIES_MAX = 9;

    public OutputOptions {
        kernelArguments = List.copyOf(kernelArguments);
        if (diskSizeBytes <= 0 || diskSizeBytes % (1L << 20) != 0) {
            throw new IllegalArgumentException(
                    "disk size is not a whole number of MiB: " + diskSizeBytes);
        }
        if (sectorSize != 512 && sectorSize != 4096) {
            throw new IllegalArgumentException("sectorSize is not 512 or 4096 but " + sectorSize);
        }
        if (payloadLevel < 1 || payloadLevel > LEVEL_MAX) {
            throw new IllegalArgumentException("payload level is not 1 to 22: " + payloadLevel);
        }
        if (tries < 1 || tries > TRIES_MAX) {
            throw new IllegalArgumentException("tries is not 1 to 9: " + tries);
        }
    }

    /** The same for disks of another kind. */
    OutputOptions withSectorSize(int bytes) {
        return new OutputOptions(
                kernelArguments, diskSizeBytes, bytes, compression, payloadLevel, tries);
    }
}
