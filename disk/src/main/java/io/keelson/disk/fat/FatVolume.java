package io.keelson.disk.fat;

/**
 * Where a file system goes and what identifies it.
 *
 * @param offsetBytes its partition's place in the output; must read as zeros
 * @param sectorSize 512 or 4096
 * @param volumeId the serial number tools show as XXXX-XXXX
 */
public record FatVolume(long offsetBytes, long sizeBytes, int sectorSize, int volumeId) {
    public FatVolume {
        if (sectorSize != 512 && sectorSize != 4096) {
            throw new IllegalArgumentException(
                    "sector size is neither 512 nor 4096: " + sectorSize);
        }
        if (offsetBytes < 0 || offsetBytes % sectorSize != 0 || sizeBytes % sectorSize != 0) {
            throw new IllegalArgumentException(
                    "offset %d or size %d is not a multiple of the sector size %d"
                            .formatted(offsetBytes, sizeBytes, sectorSize));
        }
    }
}
