package io.keelson.image.recipe;

import java.util.List;

/**
 * What is written, and how.
 *
 * @param kernelArguments words that are added to the kernel command line
 * @param diskSizeBytes size of the disk image, sparse
 * @param payloadLevel zstd level of the update payload, 1 to 22
 * @param tries how often an update may try to boot before the host falls back
 */
public record OutputOptions(
        List<String> kernelArguments, long diskSizeBytes, int payloadLevel, int tries) {
    private static final int LEVEL_MAX = 22;
    private static final int TRIES_MAX = 9;

    public OutputOptions {
        kernelArguments = List.copyOf(kernelArguments);
        if (diskSizeBytes <= 0 || diskSizeBytes % (1L << 20) != 0) {
            throw new IllegalArgumentException(
                    "disk size is not a whole number of MiB: " + diskSizeBytes);
        }
        if (payloadLevel < 1 || payloadLevel > LEVEL_MAX) {
            throw new IllegalArgumentException("payload level is not 1 to 22: " + payloadLevel);
        }
        if (tries < 1 || tries > TRIES_MAX) {
            throw new IllegalArgumentException("tries is not 1 to 9: " + tries);
        }
    }
}
