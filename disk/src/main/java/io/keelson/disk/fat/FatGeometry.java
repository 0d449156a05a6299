package io.keelson.disk.fat;

/**
 * The sizes of a FAT32 file system (Microsoft FAT specification 1.03, "FAT Volume Initialization").
 *
 * @param fatSectors sectors of one of the two tables
 * @param clusters data clusters, numbered from 2
 */
record FatGeometry(
        int sectorSize, int sectorsPerCluster, long totalSectors, long fatSectors, long clusters) {
    static final int RESERVED_SECTORS = 32;
    static final int FATS = 2;
    static final int FIRST_CLUSTER = 2;
    static final int ENTRY_BYTES = 4;

    /** With fewer clusters every driver takes the file system for FAT16. */
    static final long CLUSTERS_MIN = 65525;

    private static final long CLUSTERS_MAX = 0x0FFFFFF5L;
    private static final int CLUSTER_BYTES_USUAL = 4096;
    private static final int CLUSTER_BYTES_MAX = 32768;
    private static final long SECTORS_MAX = 0xFFFFFFFFL;

    /** The largest usual clusters that still make it FAT32. */
    static FatGeometry of(FatVolume volume) {
        int sectorSize = volume.sectorSize();
        long total = volume.sizeBytes() / sectorSize;
        if (total > SECTORS_MAX) {
            throw new IllegalArgumentException("too large for FAT32: " + volume.sizeBytes());
        }
        for (int clusterBytes = CLUSTER_BYTES_USUAL;
                clusterBytes >= sectorSize;
                clusterBytes /= 2) {
            FatGeometry geometry = with(sectorSize, clusterBytes / sectorSize, total);
            while (geometry.clusters > CLUSTERS_MAX
                    && geometry.clusterBytes() < CLUSTER_BYTES_MAX) {
                geometry = with(sectorSize, geometry.sectorsPerCluster * 2, total);
            }
            if (geometry.clusters >= CLUSTERS_MIN && geometry.clusters <= CLUSTERS_MAX) {
                return geometry;
            }
        }
        throw new IllegalArgumentException(
                "%d bytes hold fewer than %d clusters of %d bytes, too few for FAT32"
                        .formatted(volume.sizeBytes(), CLUSTERS_MIN, sectorSize));
    }

    private static FatGeometry with(int sectorSize, int sectorsPerCluster, long total) {
        long fatSectors = 1;
        while (true) {
            long data = total - RESERVED_SECTORS - FATS * fatSectors;
            long clusters = Math.max(0, data / sectorsPerCluster);
            long bytes = (clusters + FIRST_CLUSTER) * ENTRY_BYTES;
            long needed = (bytes + sectorSize - 1) / sectorSize;
            if (needed <= fatSectors) {
                return new FatGeometry(sectorSize, sectorsPerCluster, total, fatSectors, clusters);
            }
            fatSectors = needed;
        }
    }

    int clusterBytes() {
        return sectorSize * sectorsPerCluster;
    }

    long fatOffset(int copy) {
        return (RESERVED_SECTORS + copy * fatSectors) * sectorSize;
    }

    long clusterOffset(long cluster) {
        return fatOffset(FATS) + (cluster - FIRST_CLUSTER) * clusterBytes();
    }

    long clustersFor(long bytes) {
        return (bytes + clusterBytes() - 1) / clusterBytes();
    }
}
