package io.keelson.engine.slot;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class SlotFenceTest {
    private static final long MIB = 1 << 20;

    @TempDir Path root;
    private Path mapped;

    @BeforeEach
    void layOutARunningSlot() throws IOException {
        mapped = root.resolve("virtual/block/dm-0");
        Files.createDirectories(mapped.resolve("slaves"));
        Path disk = Files.createDirectories(root.resolve("pci/vda"));
        Files.writeString(disk.resolve("dev"), "259:7\n");
        partition("vda2", 2048, 4096);
        partition("vda3", 6144, 2048);
    }

    @Test
    void whateverTouchesTheRunningSlotIsRefused() throws IOException {
        SlotFence fence = SlotFence.below(mapped);

        assertThatThrownBy(() -> fence.requireOutside("partition 4", 0, MIB + 1))
                .isInstanceOf(SlotException.class)
                .hasMessage(
                        "partition 4 from byte 0 to 1048577 would overwrite the running slot, which"
                                + " is from 1048576 to 3145728; nothing is written");
        assertThatThrownBy(() -> fence.requireOutside("partition 4", 4 * MIB - 1, MIB))
                .hasMessageContaining("is from 3145728 to 4194304");
        assertThatThrownBy(() -> fence.requireOutside("partition 4", 0, 100 * MIB))
                .isInstanceOf(SlotException.class);
        assertThatCode(() -> fence.requireOutside("partition 4", 4 * MIB, 90 * MIB))
                .doesNotThrowAnyException();
        assertThatCode(() -> fence.requireOutside("partition 1", 0, MIB))
                .doesNotThrowAnyException();
    }

    @Test
    void aDiskIsKnownByItsNumberAndNotByItsName() throws IOException {
        SlotFence fence = SlotFence.below(mapped);
        Path plainFile = Files.createFile(root.resolve("vda"));

        assertThatCode(() -> fence.requireDisk(plainFile)).doesNotThrowAnyException();
        try (Stream<Path> devices = Files.list(Path.of("/dev"))) {
            devices.filter(device -> device.getFileName().toString().matches("loop0|vda|sda"))
                    .forEach(device ->
                            assertThatThrownBy(() -> fence.requireDisk(device))
                                    .hasMessageContaining("the running system is on 259:7"));
        }
    }

    @Test
    void devicesBelowDevicesAreFollowed() throws IOException {
        Path upper = root.resolve("virtual/block/dm-1");
        Path slaves = Files.createDirectories(upper.resolve("slaves"));
        Files.createSymbolicLink(slaves.resolve("dm-0"), mapped);

        SlotFence fence = SlotFence.below(upper);

        assertThatThrownBy(() -> fence.requireOutside("partition 4", 2 * MIB, 1))
                .isInstanceOf(SlotException.class);
    }

    @Test
    void aDeviceWithoutPartitionsBelowStopsTheUpdate() throws IOException {
        Path other = Files.createDirectories(root.resolve("virtual/block/loop9"));

        assertThatThrownBy(() -> SlotFence.below(other)).hasMessageContaining("is no partition");
    }

    private void partition(String name, long start, long size) throws IOException {
        Path directory = Files.createDirectory(root.resolve("pci/vda").resolve(name));
        Files.writeString(directory.resolve("partition"), "2\n");
        Files.writeString(directory.resolve("start"), start + "\n");
        Files.writeString(directory.resolve("size"), size + "\n");
        Files.createSymbolicLink(mapped.resolve("slaves").resolve(name), directory);
    }
}
