package io.keelson.disk.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

class GptTableTest {
    private static final UUID DISK = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    private static final UUID PART = UUID.fromString("fedcba98-7654-3210-fedc-ba9876543210");
    private static final long DISK_BYTES = 64L << 20;

    @TempDir Path directory;

    private static GptTable table(int sectorSize) {
        long mebibyte = (1L << 20) / sectorSize;
        return new GptTable(
                DISK,
                sectorSize,
                DISK_BYTES / sectorSize,
                List.of(
                        new GptPartition(
                                5,
                                PartitionType.USR_X86_64,
                                PART,
                                2 * mebibyte,
                                4 * mebibyte - 1,
                                PartitionType.READ_ONLY,
                                "größe_1.0"),
                        new GptPartition(
                                1, PartitionType.ESP, DISK, mebibyte, 2 * mebibyte - 1, 0, "ESP")));
    }

    private FileChannel disk() throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("disk"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        channel.write(ByteBuffer.allocate(1), DISK_BYTES - 1);
        return channel;
    }

    private static void damage(FileChannel disk, long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        disk.read(one, offset);
        one.flip();
        disk.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), offset);
    }

    private String sgdisk(String... arguments) throws Exception {
        List<String> argv = new java.util.ArrayList<>(List.of("sgdisk"));
        argv.addAll(List.of(arguments));
        argv.add(directory.resolve("disk").toString());
        return Command.run(argv, Duration.ofSeconds(30)).orThrow("sgdisk").stdout();
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aTableIsReadBackAsItWasWritten(int sectorSize) throws IOException {
        try (FileChannel disk = disk()) {
            table(sectorSize).write(disk);

            var scan = GptTable.scan(disk, sectorSize, disk.size());

            assertThat(scan.table()).isEqualTo(table(sectorSize));
            assertThat(scan.readFrom()).isEqualTo(GptTable.Copy.PRIMARY);
            assertThat(scan.damage()).isEmpty();
            assertThat(disk.size()).isEqualTo(DISK_BYTES);
        }
    }

    @Test
    void sgdiskFindsNoProblemAndSeesTheSameValues() throws Exception {
        try (FileChannel disk = disk()) {
            table(512).write(disk);
        }

        assertThat(sgdisk("-v")).contains("No problems found");
        assertThat(sgdisk("-i", "5"))
                .contains("Partition GUID code: 8484680C-9521-48C6-9C11-B0720656F69E")
                .contains("Partition unique GUID: FEDCBA98-7654-3210-FEDC-BA9876543210")
                .contains("First sector: 4096 ")
                .contains("Last sector: 8191 ")
                .contains("Attribute flags: 1000000000000000")
                .contains("Partition name: 'größe_1.0'");
        assertThat(sgdisk("-p"))
                .contains("Disk identifier (GUID): 01234567-89AB-CDEF-0123-456789ABCDEF");
    }

    @Test
    void aTableOfSgdiskIsReadAndSurvivesAnEdit() throws Exception {
        disk().close();
        sgdisk("-o", "-n", "1:2048:+1M", "-t", "1:ef00", "-c", "1:first", "-A", "1:set:2");
        sgdisk("-n", "9:0:0", "-c", "9:rest");
        try (FileChannel disk = disk()) {
            GptTable found = GptTable.read(disk, 512);

            found.with(found.partition(9).orElseThrow().withName("renamed")).write(disk);

            assertThat(found.partition("first").orElseThrow().attributes()).isEqualTo(4);
            assertThat(found.partition(1).orElseThrow().type()).isEqualTo(PartitionType.ESP);
        }
        assertThat(sgdisk("-v")).contains("No problems found");
        assertThat(sgdisk("-i", "9")).contains("Partition name: 'renamed'");
        assertThat(sgdisk("-i", "1")).contains("Partition name: 'first'");
    }

    @ParameterizedTest
    @ValueSource(longs = {512, 512 + 16, 512 + 24, 512 + 60, 1024, 1024 + 4 * 128 + 57})
    void theBackupIsUsedWhenAByteOfThePrimaryIsWrong(long offset) throws IOException {
        try (FileChannel disk = disk()) {
            table(512).write(disk);
            damage(disk, offset);

            var scan = GptTable.scan(disk, 512, disk.size());

            assertThat(scan.table()).isEqualTo(table(512));
            assertThat(scan.readFrom()).isEqualTo(GptTable.Copy.BACKUP);
            assertThat(scan.damage()).isPresent();
        }
    }

    @Test
    void withoutAWholeCopyTheErrorSaysWhatIsWrongWithBoth() throws IOException {
        try (FileChannel disk = disk()) {
            table(512).write(disk);
            damage(disk, 512);
            damage(disk, DISK_BYTES - 512 + 30);

            assertThatThrownBy(() -> GptTable.read(disk, 512))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "the disk has no usable partition table for 512-byte sectors: of the primary, it has no signature; of the backup, its checksum is wrong");
            assertThatThrownBy(() -> GptTable.read(disk, 4096))
                    .hasMessageContaining("for 4096-byte sectors");
        }
    }

    @Test
    void aDiskThatGrewGetsItsBackupAtTheNewEnd() throws Exception {
        try (FileChannel disk = disk()) {
            table(512).write(disk);
            disk.write(ByteBuffer.allocate(1), 2 * DISK_BYTES - 1);

            GptTable grown = GptTable.read(disk, 512);
            grown.write(disk);

            assertThat(grown.lastUsableLba()).isEqualTo(2 * DISK_BYTES / 512 - 34);
        }
        assertThat(sgdisk("-v")).contains("No problems found");
    }

    /** Every write is a moment at which the power may go; one copy must always be whole. */
    @Test
    void atEveryMomentOfAWriteTheOldOrTheNewTableIsOnTheDisk() throws IOException {
        GptTable old = table(512);
        GptTable changed = old.with(old.partition(5).orElseThrow().withName("new"));
        AtomicInteger writes = new AtomicInteger();
        for (int allowed = 0; allowed <= writes.get(); allowed++) {
            try (FileChannel disk = disk()) {
                old.write(disk);
                try (var failing = new FailingChannel(disk, allowed, writes)) {
                    changed.write(failing);
                } catch (FailingChannel.PowerCut _) {
                    assertThat(GptTable.read(disk, 512)).isIn(old, changed);
                    continue;
                }
                assertThat(GptTable.read(disk, 512)).isEqualTo(changed);
            }
        }
        assertThat(writes).hasValue(5);
    }

    @Test
    void bootCodeInSectorZeroIsKept() throws IOException {
        try (FileChannel disk = disk()) {
            disk.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 437);
            table(512).write(disk);

            ByteBuffer code = ByteBuffer.allocate(3);
            disk.read(code, 437);
            assertThat(code.array()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void partitionsThatOverlapOrLeaveTheDiskAreRefused() {
        GptTable table = table(512);
        GptPartition esp = table.partition(1).orElseThrow();

        assertThatThrownBy(() -> table.with(at(2, esp.lastLba(), esp.lastLba())))
                .hasMessageContaining("before the first free sector 4096");
        assertThatThrownBy(() -> table.with(at(2, 33, 40)))
                .hasMessage("partition 2 starts at sector 33, before the first free sector 34");
        long last = DISK_BYTES / 512 - 34;
        assertThat(table.with(at(2, last, last)).lastUsableLba()).isEqualTo(last);
        assertThatThrownBy(() -> table.with(at(2, last, last + 1)))
                .hasMessageContaining("after the last usable sector " + last);
        assertThatThrownBy(() -> at(129, 40, 41)).hasMessageContaining("out of 1..128");
        assertThatThrownBy(() -> at(2, 41, 40)).hasMessageContaining("ends before it starts");
        assertThatThrownBy(() -> at(2, 40, 41).withName("x".repeat(37)))
                .hasMessageContaining("longer than 36");
    }

    private static GptPartition at(int number, long first, long last) {
        return new GptPartition(number, PartitionType.GENERIC_DATA, PART, first, last, 0, "");
    }

    @Test
    void theProductsLayoutIsValidAndASwitchChangesOnlyOneSlot() throws Exception {
        long bytes = 8L << 30;
        RootHash hash = new RootHash("00112233445566778899aabbccddeeff" + "f".repeat(32));
        GptTable image = DiskLayout.forImage(bytes, 512, new ReleaseVersion("1.0.0"), hash, DISK);
        RootHash next = new RootHash("1".repeat(64));

        GptTable updated =
                DiskLayout.withRelease(image, DiskLayout.Slot.B, new ReleaseVersion("1.1.0"), next);

        assertThat(image.partitions())
                .extracting(GptPartition::name)
                .containsExactly("ESP", "keelson_1.0.0", "keelson_1.0.0", "_empty", "_empty");
        assertThat(image.partition(2).orElseThrow().id())
                .hasToString("00112233-4455-6677-8899-aabbccddeeff");
        assertThat(image.partition(4).orElseThrow().attributes()).isEqualTo(PartitionType.NO_AUTO);
        assertThat(updated.partitions().subList(0, 3)).isEqualTo(image.partitions().subList(0, 3));
        assertThat(updated.partition(5).orElseThrow())
                .isEqualTo(
                        image.partition(5)
                                .orElseThrow()
                                .withName("keelson_1.1.0")
                                .withId(next.verityUuid())
                                .withAttributes(PartitionType.READ_ONLY));
        assertThat(DiskLayout.withEmpty(updated, DiskLayout.Slot.B)).isEqualTo(image);
        try (FileChannel disk = disk()) {
            disk.write(ByteBuffer.allocate(1), bytes - 1);
            image.write(disk);
        }
        assertThat(sgdisk("-v")).contains("No problems found");
        assertThat(Files.size(directory.resolve("disk"))).isEqualTo(bytes);
    }
}
