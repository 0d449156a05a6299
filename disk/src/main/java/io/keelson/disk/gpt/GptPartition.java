package io.keelson.disk.gpt;

import java.util.UUID;

/**
 * One entry of the table.
 *
 * @param number 1 to 128, as in {@code /dev/vda<number>}
 * @param type see {@link PartitionType}
 * @param id the partition's own id (PARTUUID)
 * @param firstLba first sector
 * @param lastLba last sector, inclusive
 * @param name at most 36 UTF-16 units
 */
public record GptPartition(
        int number, UUID type, UUID id, long firstLba, long lastLba, long attributes, String name) {
    /** UEFI 2.10, 5.3.3: PartitionName is 72 bytes of UTF-16LE. */
    public static final int NAME_UNITS_MAX = 36;

    public GptPartition {
        if (number < 1 || number > GptTable.PARTITIONS_MAX) {
            throw new IllegalArgumentException("partition number out of 1..128: " + number);
        }
        if (firstLba < 1 || lastLba < firstLba) {
            throw new IllegalArgumentException(
                    "partition %d ends before it starts: sectors %d to %d"
                            .formatted(number, firstLba, lastLba));
        }
        if (name.length() > NAME_UNITS_MAX || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "partition %d has a name longer than %d units or with a NUL: %s"
                            .formatted(number, NAME_UNITS_MAX, name));
        }
    }

    public GptPartition withName(String newName) {
        return new GptPartition(number, type, id, firstLba, lastLba, attributes, newName);
    }

    public GptPartition withId(UUID newId) {
        return new GptPartition(number, type, newId, firstLba, lastLba, attributes, name);
    }

    public GptPartition withAttributes(long newAttributes) {
        return new GptPartition(number, type, id, firstLba, lastLba, newAttributes, name);
    }

    public boolean has(long attribute) {
        return (attributes & attribute) == attribute;
    }

    public long sectors() {
        return lastLba - firstLba + 1;
    }

    public long offsetBytes(int sectorSize) {
        return Math.multiplyExact(firstLba, sectorSize);
    }

    public long sizeBytes(int sectorSize) {
        return Math.multiplyExact(sectors(), sectorSize);
    }
}
