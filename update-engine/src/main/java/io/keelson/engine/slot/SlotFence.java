package io.keelson.engine.slot;

import io.keelson.host.BlockDevice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a disk that the running {@code /usr} lies on, as the kernel that runs it states
 * them; whatever a partition table or a configuration says, they are not written.
 */
final class SlotFence {
    private static final int NUMBER_BYTES_MAX = 64;
    private static final int LEVELS_MAX = 4;

    /** The unit of {@code start} and {@code size} in sysfs, whatever the disk's own sectors are. */
    private static final int SECTOR_BYTES = 512;

    private final String disk;
    private final List<Range> ranges;

    private SlotFence(String disk, List<Range> ranges) {
        this.disk = disk;
        this.ranges = List.copyOf(ranges);
    }

    /**
     * Follows a mounted device down to the partitions below it.
     *
     * @param mounted the device's directory in sysfs
     */
    static SlotFence below(Path mounted) throws IOException {
        List<Path> partitions = new ArrayList<>();
        collect(mounted, partitions, 0);
        List<Range> ranges = new ArrayList<>();
        String disk = "";
        for (Path partition : partitions) {
            Path parent = partition.getParent();
            if (parent == null) {
                throw new SlotException(partition + " lies on no disk");
            }
            long start = number(partition.resolve("start"));
            ranges.add(new Range(start, start + number(partition.resolve("size"))));
            disk = text(parent.resolve("dev"));
        }
        if (ranges.isEmpty()) {
            throw new SlotException("no partition is below " + mounted + ", no slot is written");
        }
        return new SlotFence(disk, ranges);
    }

    /** Refuses a name behind which is another device than the disk the running slot is on. */
    void requireDisk(Path device) throws IOException {
        Optional<String> opened = BlockDevice.number(device);
        if (opened.isPresent() && !opened.get().equals(disk)) {
            throw new SlotException(
                    "%s is device %s, the running system is on %s; no slot is written"
                            .formatted(device, opened.get(), disk));
        }
    }

    /** Refuses a part of the disk that touches the running slot. */
    void requireOutside(String what, long offset, long bytes) throws SlotException {
        for (Range range : ranges) {
            if (offset < range.end() && offset + bytes > range.start()) {
                throw new SlotException(
                        "%s from byte %d to %d would overwrite the running slot, which is from %d to"
                                        .formatted(what, offset, offset + bytes, range.start())
                                + " %d; nothing is written".formatted(range.end()));
            }
        }
    }

    private static void collect(Path device, List<Path> partitions, int level) throws IOException {
        if (level == LEVELS_MAX) {
            throw new SlotException("there are too many devices below each other at " + device);
        }
        Path slaves = device.resolve("slaves");
        if (Files.exists(device.resolve("partition"))) {
            partitions.add(device);
        } else if (Files.isDirectory(slaves)) {
            try (var entries = Files.newDirectoryStream(slaves)) {
                for (Path entry : entries) {
                    collect(entry.toRealPath(), partitions, level + 1);
                }
            }
        } else {
            throw new SlotException(device + " is no partition; no slot is written");
        }
    }

    private static long number(Path file) throws IOException {
        String text = text(file);
        if (!text.matches("[0-9]{1,15}")) {
            throw new SlotException(file + " does not hold a number: " + text);
        }
        return Long.parseLong(text) * SECTOR_BYTES;
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(NUMBER_BYTES_MAX), StandardCharsets.UTF_8).strip();
        }
    }

    /** Bytes of the disk from start up to, but not including, end. */
    private record Range(long start, long end) {}
}
