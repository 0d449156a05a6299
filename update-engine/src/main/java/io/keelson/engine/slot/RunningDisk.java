package io.keelson.engine.slot;

import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.gpt.RootHash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The disk that {@code /usr} runs from and the slot on it, as the kernel itself states them: the
 * device of the mount, the partitions below that dm device, the disk above those partitions.
 *
 * @param device the whole disk
 * @param sectorSize logical sector size in bytes
 */
public record RunningDisk(Path device, int sectorSize, Slot slot) {
    private static final int TEXT_BYTES_MAX = 1 << 20;

    /**
     * Follows {@code /usr} down to its disk.
     *
     * @throws SlotException when it does not lie in exactly one slot of one disk
     */
    public static RunningDisk detect(DiskPaths paths) throws IOException {
        Path mapped = deviceOfUsr(paths);
        Path slaves = mapped.resolve("slaves");
        if (!Files.isDirectory(slaves) || !Files.exists(mapped.resolve("dm"))) {
            throw new SlotException(
                    "/usr is not mounted from a dm-verity device (it is on "
                            + mapped.getFileName()
                            + "), so the running slot is unknown and no slot is written");
        }
        SortedSet<Integer> numbers = new TreeSet<>();
        SortedSet<Path> disks = new TreeSet<>();
        try (var entries = Files.newDirectoryStream(slaves)) {
            for (Path entry : entries) {
                Path partition = entry.toRealPath();
                numbers.add(number(partition.resolve("partition")));
                Path parent = partition.getParent();
                if (parent != null) {
                    disks.add(parent);
                }
            }
        }
        if (disks.size() != 1) {
            throw new SlotException("/usr lies on " + disks.size() + " disks: " + disks);
        }
        Path disk = disks.first();
        int sectorSize = number(disk.resolve("queue").resolve("logical_block_size"));
        return new RunningDisk(
                paths.devices().resolve(String.valueOf(disk.getFileName())),
                sectorSize,
                slot(numbers));
    }

    /** The root hash of what runs, whose halves are the ids of the slot's two partitions. */
    public RootHash rootHash(DiskAccess access) throws IOException {
        try (var disk = access.openForRead(device)) {
            GptTable table = GptTable.scan(disk.channel(), sectorSize, disk.sizeBytes()).table();
            return RootHash.of(id(table, slot.usrNumber()), id(table, slot.verityNumber()));
        }
    }

    private static UUID id(GptTable table, int number) throws SlotException {
        return table.partition(number)
                .map(GptPartition::id)
                .orElseThrow(() -> new SlotException("the disk has no partition " + number));
    }

    private static Slot slot(SortedSet<Integer> numbers) throws SlotException {
        for (Slot slot : Slot.values()) {
            boolean inside =
                    numbers.stream()
                            .allMatch(n -> n == slot.usrNumber() || n == slot.verityNumber());
            if (inside && numbers.contains(slot.usrNumber())) {
                return slot;
            }
        }
        throw new SlotException("/usr runs from partitions " + numbers + ", which are no slot");
    }

    /**
     * Field 3 of mountinfo is the device's number, field 5 the mount point; the last mount wins.
     */
    static Path deviceOfUsr(DiskPaths paths) throws IOException {
        String device = "";
        for (String line : text(paths.mountInfo()).split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            if (fields.length > 5 && fields[4].equals("/usr")) {
                device = fields[2];
            }
        }
        if (!device.matches("[0-9]+:[0-9]+")) {
            throw new SlotException(
                    "/usr is not a mount of its own, so the running slot is unknown and no slot"
                            + " is written");
        }
        return paths.sysfs().resolve("dev").resolve("block").resolve(device).toRealPath();
    }

    private static int number(Path file) throws IOException {
        String text = text(file).strip();
        if (!text.matches("[0-9]{1,6}")) {
            throw new SlotException(file + " does not hold a number: " + text);
        }
        return Integer.parseInt(text);
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(TEXT_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }
}
