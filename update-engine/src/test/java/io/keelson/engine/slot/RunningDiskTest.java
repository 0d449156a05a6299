package io.keelson.engine.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.gpt.DiskLayout.Slot;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class RunningDiskTest {
    @TempDir Path root;
    private DiskPaths paths;

    @BeforeEach
    void layOutAnEmptyMachine() throws Exception {
        paths =
                new DiskPaths(
                        root.resolve("sys"),
                        root.resolve("mountinfo"),
                        Path.of("/dev"),
                        root.resolve("efi"));
        Files.createDirectories(root.resolve("sys/dev/block"));
        mount("22 21 254:0 / /usr ro - erofs /dev/mapper/usr ro");
        device("254:0", "virtual/block/dm-0/dm");
    }

    @Test
    void slotFollowsFromThePartitionsBelowTheDevice() throws Exception {
        partition("pci/nvme0n1", 4);
        partition("pci/nvme0n1", 5);

        RunningDisk running = RunningDisk.detect(paths);

        assertThat(running).isEqualTo(new RunningDisk(Path.of("/dev/nvme0n1"), 4096, Slot.B));
    }

    @Test
    void laterMountOverUsrIsTheOneThatCounts() throws Exception {
        partition("pci/vda", 2);
        mount(
                """
                22 21 254:9 / /usr ro - erofs /dev/mapper/old ro
                23 22 254:0 / /usr ro - erofs /dev/mapper/usr ro\
                """);

        assertThat(RunningDisk.detect(paths).slot()).isEqualTo(Slot.A);
    }

    @Test
    void usrWithoutVerityIsRefused() throws Exception {
        mount("22 21 8:2 / /usr ro - erofs /dev/vda2 ro");
        device("8:2", "pci/vda/vda2");

        refused("/usr is not mounted from a dm-verity device (it is on vda2)");
    }

    @Test
    void usrThatIsNoMountIsRefused() throws Exception {
        mount("22 21 8:2 / / rw - ext4 /dev/vda2 rw");

        refused("/usr is not a mount of its own");
    }

    @Test
    void partitionsOfTwoSlotsAreRefused() throws Exception {
        partition("pci/vda", 2);
        partition("pci/vda", 5);

        refused("/usr runs from partitions [2, 5], which are no slot");
    }

    @Test
    void twoDisksAreRefused() throws Exception {
        partition("pci/vda", 2);
        partition("pci/vdb", 3);

        refused("/usr lies on 2 disks");
    }

    private void refused(String message) {
        assertThatThrownBy(() -> RunningDisk.detect(paths))
                .isInstanceOf(SlotException.class)
                .hasMessageContaining(message);
    }

    private void mount(String lines) throws IOException {
        Files.writeString(
                root.resolve("mountinfo"), "21 1 8:6 / / rw - ext4 x rw\n" + lines + "\n");
    }

    private void device(String number, String place) throws IOException {
        Path directory = Files.createDirectories(root.resolve("sys/devices").resolve(place));
        Path device = place.endsWith("/dm") ? directory.getParent() : directory;
        Files.createDirectories(root.resolve("sys/devices/virtual/block/dm-0/slaves"));
        Files.createSymbolicLink(root.resolve("sys/dev/block").resolve(number), device);
    }

    private void partition(String disk, int number) throws IOException {
        Path directory = root.resolve("sys/devices").resolve(disk);
        Files.createDirectories(directory.resolve("queue"));
        Files.writeString(directory.resolve("queue/logical_block_size"), "4096\n");
        Path partition = Files.createDirectory(directory.resolve("part" + number));
        Files.writeString(partition.resolve("partition"), number + "\n");
        Files.createSymbolicLink(
                root.resolve("sys/devices/virtual/block/dm-0/slaves/part" + number), partition);
    }
}
