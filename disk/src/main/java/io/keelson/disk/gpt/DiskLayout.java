package io.keelson.disk.gpt;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.ReleaseVersion;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The product's disk: an ESP and two slots of /usr, each with its dm-verity partition. */
public final class DiskLayout {
    /** Prefix of release labels, entry names and files. */
    public static final String OS = "keelson";

    /** The label of a slot that holds no release. */
    public static final String EMPTY_LABEL = "_empty";

    public static final int SECTOR_BYTES = 512;
    public static final long ALIGNMENT_BYTES = 1L << 20;
    public static final long ESP_BYTES = 1L << 30;
    public static final long USR_BYTES = 2L << 30;
    public static final long USR_VERITY_BYTES = 32L << 20;

    /** What the layout needs; everything beyond is for the root partition. */
    public static final long DISK_BYTES_MIN =
            2 * ALIGNMENT_BYTES + ESP_BYTES + 2 * (USR_BYTES + USR_VERITY_BYTES);

    public static final int ESP_NUMBER = 1;

    /** A pair of partitions that holds one release. */
    public enum Slot {
        A(2, 3),
        B(4, 5);

        private final int usrNumber;
        private final int verityNumber;

        Slot(int usrNumber, int verityNumber) {
            this.usrNumber = usrNumber;
            this.verityNumber = verityNumber;
        }

        public int usrNumber() {
            return usrNumber;
        }

        public int verityNumber() {
            return verityNumber;
        }

        public Slot other() {
            return this == A ? B : A;
        }
    }

    private DiskLayout() {}

    /** The label of a release's partitions. */
    public static String label(ReleaseVersion version) {
        return OS + "_" + version.text();
    }

    /**
     * A new disk for amd64 with the release in slot A and slot B empty.
     *
     * @param sectorSize 512, or 4096 for disks that take nothing smaller
     */
    public static GptTable forImage(
            long diskBytes,
            int sectorSize,
            ReleaseVersion version,
            RootHash rootHash,
            UUID diskId) {
        return withRelease(empty(diskBytes, sectorSize, diskId), Slot.A, version, rootHash);
    }

    /** A new disk for amd64 with both slots empty. */
    public static GptTable empty(long diskBytes, int sectorSize, UUID diskId) {
        return empty(diskBytes, sectorSize, diskId, Architecture.AMD64);
    }

    /** A new disk with both slots empty. Partition ids follow from the disk's id and the number. */
    public static GptTable empty(
            long diskBytes, int sectorSize, UUID diskId, Architecture architecture) {
        if (diskBytes < DISK_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "the disk layout needs %d bytes, not %d".formatted(DISK_BYTES_MIN, diskBytes));
        }
        List<GptPartition> partitions = new ArrayList<>();
        UUID usr = PartitionType.usr(architecture);
        UUID verity = PartitionType.usrVerity(architecture);
        long offset = ALIGNMENT_BYTES;
        for (Plan plan :
                List.of(
                        new Plan(PartitionType.ESP, ESP_BYTES, "ESP", 0),
                        emptySlot(usr, USR_BYTES),
                        emptySlot(verity, USR_VERITY_BYTES),
                        emptySlot(usr, USR_BYTES),
                        emptySlot(verity, USR_VERITY_BYTES))) {
            int number = partitions.size() + 1;
            partitions.add(
                    new GptPartition(
                            number,
                            plan.type,
                            idOf(diskId, number),
                            offset / sectorSize,
                            (offset + plan.sizeBytes) / sectorSize - 1,
                            plan.attributes,
                            plan.name));
            offset += plan.sizeBytes;
        }
        return new GptTable(diskId, sectorSize, diskBytes / sectorSize, partitions);
    }

    /** The table after a release was written to a slot. */
    public static GptTable withRelease(
            GptTable table, Slot slot, ReleaseVersion version, RootHash rootHash) {
        GptPartition usr = require(table, slot.usrNumber);
        GptPartition verity = require(table, slot.verityNumber);
        return table.with(
                        usr.withName(label(version))
                                .withId(rootHash.usrUuid())
                                .withAttributes(PartitionType.READ_ONLY))
                .with(
                        verity.withName(label(version))
                                .withId(rootHash.verityUuid())
                                .withAttributes(PartitionType.READ_ONLY));
    }

    /** The table with a slot that holds nothing, to be written before its content is touched. */
    public static GptTable withEmpty(GptTable table, Slot slot) {
        GptTable changed = table;
        for (int number : List.of(slot.usrNumber, slot.verityNumber)) {
            changed =
                    changed.with(
                            require(changed, number)
                                    .withName(EMPTY_LABEL)
                                    .withId(idOf(table.diskId(), number))
                                    .withAttributes(PartitionType.NO_AUTO));
        }
        return changed;
    }

    private record Plan(UUID type, long sizeBytes, String name, long attributes) {}

    private static Plan emptySlot(UUID type, long sizeBytes) {
        return new Plan(type, sizeBytes, EMPTY_LABEL, PartitionType.NO_AUTO);
    }

    private static GptPartition require(GptTable table, int number) {
        return table.partition(number)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "the disk has no partition %d; it was not made from a %s image"
                                        .formatted(number, OS)));
    }

    /** A version 8 UUID (RFC 9562, 5.8) from SHA-256, so that images are reproducible. */
    private static UUID idOf(UUID diskId, int number) {
        byte[] text = (diskId + "/" + number).getBytes(StandardCharsets.UTF_8);
        ByteBuffer digest;
        try {
            digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        long high = (digest.getLong(0) & ~0xF000L) | 0x8000L;
        long low = (digest.getLong(8) >>> 2) | (1L << 63);
        return new UUID(high, low);
    }
}
