package io.keelson.disk.gpt;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A disk's GUID partition table (UEFI 2.10, chapter 5.3), with 128 entries of 128 bytes.
 *
 * @param sectorSize 512 or 4096: a table is found only by readers that use the same
 * @param diskSectors size of the disk in sectors
 * @param partitions in order of their numbers, none overlapping another
 */
public record GptTable(
        UUID diskId, int sectorSize, long diskSectors, List<GptPartition> partitions) {
    public static final int PARTITIONS_MAX = 128;
    static final int ENTRY_BYTES = 128;

    public GptTable {
        if (sectorSize != 512 && sectorSize != 4096) {
            throw new IllegalArgumentException(
                    "sector size is neither 512 nor 4096: " + sectorSize);
        }
        partitions =
                partitions.stream().sorted(Comparator.comparingInt(GptPartition::number)).toList();
        requireRoom(sectorSize, diskSectors);
        requireNoOverlap(sectorSize, diskSectors, partitions);
    }

    /** Which of the two copies a table was read from. */
    public enum Copy {
        PRIMARY,
        BACKUP
    }

    /**
     * A table and where it came from.
     *
     * @param damage why the primary copy was not used; empty when it was
     */
    public record Scan(GptTable table, Copy readFrom, Optional<String> damage) {}

    /** The primary table, or the backup when the primary is damaged. */
    public static GptTable read(FileChannel disk, int sectorSize) throws IOException {
        return scan(disk, sectorSize, disk.size()).table();
    }

    /** As {@link #read}, telling which copy it was and what was wrong with the primary. */
    public static Scan scan(FileChannel disk, int sectorSize, long diskBytes) throws IOException {
        return GptReader.scan(disk, sectorSize, diskBytes);
    }

    /**
     * Writes both copies, each followed by a flush: the backup first, so that at every moment one
     * copy on the disk is whole. Keeps the boot code in sector 0.
     */
    public void write(FileChannel disk) throws IOException {
        GptWriter.write(this, disk);
    }

    public Optional<GptPartition> partition(int number) {
        return partitions.stream().filter(p -> p.number() == number).findFirst();
    }

    public Optional<GptPartition> partition(String name) {
        return partitions.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /** This table with the partition added, or in place of the one with its number. */
    public GptTable with(GptPartition partition) {
        List<GptPartition> changed = new ArrayList<>(without(partition.number()).partitions);
        changed.add(partition);
        return new GptTable(diskId, sectorSize, diskSectors, changed);
    }

    public GptTable without(int number) {
        List<GptPartition> left = partitions.stream().filter(p -> p.number() != number).toList();
        return new GptTable(diskId, sectorSize, diskSectors, left);
    }

    /** First sector a partition may use: after the protective MBR, the header and the entries. */
    public long firstUsableLba() {
        return firstUsable(sectorSize);
    }

    /** Last sector a partition may use. */
    public long lastUsableLba() {
        return lastUsable(sectorSize, diskSectors);
    }

    static long entrySectors(int sectorSize) {
        return (long) PARTITIONS_MAX * ENTRY_BYTES / sectorSize;
    }

    private static long firstUsable(int sectorSize) {
        return 2 + entrySectors(sectorSize);
    }

    private static long lastUsable(int sectorSize, long diskSectors) {
        return diskSectors - 2 - entrySectors(sectorSize);
    }

    private static void requireRoom(int sectorSize, long diskSectors) {
        if (lastUsable(sectorSize, diskSectors) < firstUsable(sectorSize)) {
            throw new IllegalArgumentException(
                    "a disk of %d sectors has no room for a partition table"
                            .formatted(diskSectors));
        }
    }

    private static void requireNoOverlap(
            int sectorSize, long diskSectors, List<GptPartition> partitions) {
        if (partitions.stream().map(GptPartition::number).distinct().count() != partitions.size()) {
            throw new IllegalArgumentException("two partitions have the same number");
        }
        long free = firstUsable(sectorSize);
        List<GptPartition> byPlace =
                partitions.stream()
                        .sorted(Comparator.comparingLong(GptPartition::firstLba))
                        .toList();
        for (GptPartition partition : byPlace) {
            if (partition.firstLba() < free) {
                throw new IllegalArgumentException(
                        "partition %d starts at sector %d, before the first free sector %d"
                                .formatted(partition.number(), partition.firstLba(), free));
            }
            free = partition.lastLba() + 1;
        }
        if (free > lastUsable(sectorSize, diskSectors) + 1) {
            throw new IllegalArgumentException(
                    "partition %d ends at sector %d, after the last usable sector %d"
                            .formatted(
                                    byPlace.getLast().number(),
                                    free - 1,
                                    lastUsable(sectorSize, diskSectors)));
        }
    }
}
