package io.keelson.image.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.SparseFile;
import io.keelson.image.OracleTool;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Every format against QEMU's reader, or tar's for the archive. */
class DiskFormatsTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @TempDir static Path disks;
    @TempDir Path directory;

    @BeforeAll
    static void makeDisks() throws IOException {
        SampleDisk.make(disks.resolve("small"), 3 * MIB, 0, MIB + 12_345, 3 * MIB - 70_000);
        SampleDisk.make(disks.resolve("odd"), 5 * MIB + 1234, 100, 4 * MIB);
        SampleDisk.make(disks.resolve("empty"), 2 * MIB);
        SampleDisk.make(disks.resolve("tiny"), 512, 0);
        SampleDisk.make(
                disks.resolve("huge"),
                9 * GIB + 512,
                0,
                512 * MIB - 30_000,
                4 * GIB - 4096,
                9 * GIB - 100_000);
        SampleDisk.make(disks.resolve("dense"), 24 * MIB, dense(24 * MIB));
    }

    /** More places than the extents of a tar header and than a batch of the compressor. */
    private static long[] dense(long size) {
        long[] places = new long[(int) (size / 96_000)];
        for (int i = 0; i < places.length; i++) {
            places[i] = i * 96_000L;
        }
        return places;
    }

    @ParameterizedTest
    @CsvSource({
        "QCOW2, qcow2, small",
        "QCOW2, qcow2, odd",
        "QCOW2, qcow2, empty",
        "QCOW2, qcow2, tiny",
        "QCOW2, qcow2, huge",
        "QCOW2, qcow2, dense",
        "QCOW2_COMPRESSED, qcow2, small",
        "QCOW2_COMPRESSED, qcow2, odd",
        "QCOW2_COMPRESSED, qcow2, empty",
        "QCOW2_COMPRESSED, qcow2, tiny",
        "QCOW2_COMPRESSED, qcow2, huge",
        "QCOW2_COMPRESSED, qcow2, dense",
        "VMDK, vmdk, small",
        "VMDK, vmdk, odd",
        "VMDK, vmdk, empty",
        "VMDK, vmdk, tiny",
        "VMDK, vmdk, huge",
        "VMDK, vmdk, dense",
        "VHDX, vhdx, small",
        "VHDX, vhdx, odd",
        "VHDX, vhdx, empty",
        "VHDX, vhdx, tiny",
        "VHDX, vhdx, dense",
        "VHD, vpc, small",
        "VHD, vpc, odd",
        "VHD, vpc, empty",
        "VHD, vpc, tiny",
        "VHD, vpc, huge",
        "VHD, vpc, dense",
        "RAW, raw, small",
        "RAW, raw, odd",
        "RAW, raw, huge"
    })
    void qemuReadsBackTheSameDisk(DiskFormat format, String qemuFormat, String disk)
            throws IOException, InterruptedException {
        Path source = disks.resolve(disk);

        Path image = convert(source, format, "image");

        // It knows no check for these two.
        if (!qemuFormat.equals("vpc") && !qemuFormat.equals("raw")) {
            OracleTool.run("qemu-img", "check", "-f", qemuFormat, image.toString());
        }
        assertThat(
                        OracleTool.run(
                                "qemu-img",
                                "compare",
                                "-f",
                                "raw",
                                "-F",
                                qemuFormat,
                                source.toString(),
                                image.toString()))
                .contains("Images are identical.");
        long sectors = (Files.size(source) + 511) / 512;
        assertThat(OracleTool.run("qemu-img", "info", "-f", qemuFormat, image.toString()))
                .contains("(" + sectors * 512 + " bytes)");
    }

    /** Comparing would take a minute: QEMU does not tell where a VHDX has no blocks. */
    @Test
    void qemuReadsPartsOfAVhdxBeyondFourGibibytes() throws IOException, InterruptedException {
        Path source = disks.resolve("huge");

        Path image = convert(source, DiskFormat.VHDX, "image");

        OracleTool.run("qemu-img", "check", "-f", "vhdx", image.toString());
        for (long mib : new long[] {0, 511, 512, 4095, 4096, 9215}) {
            assertThat(part(image, "vhdx", mib))
                    .as("MiB %d", mib)
                    .isEqualTo(part(source, "raw", mib));
        }
    }

    private byte[] part(Path image, String format, long mib)
            throws IOException, InterruptedException {
        Path part = directory.resolve("part");
        OracleTool.run(
                "qemu-img",
                "dd",
                "-f",
                format,
                "-O",
                "raw",
                "bs=1M",
                "skip=" + mib,
                "count=1",
                "if=" + image,
                "of=" + part);
        return Files.readAllBytes(part);
    }

    @Test
    void tarUnpacksTheDiskOfTheArchive() throws IOException, InterruptedException {
        for (String disk : new String[] {"small", "odd", "empty", "huge", "dense"}) {
            Path archive = convert(disks.resolve(disk), DiskFormat.GCE, disk + ".tar.gz");
            Path unpacked = Files.createDirectory(directory.resolve(disk + ".d"));

            OracleTool.run("tar", "-C", unpacked.toString(), "-xzf", archive.toString());

            assertThat(unpacked.toFile().list()).containsExactly("disk.raw");
            assertThat(
                            OracleTool.run(
                                    "qemu-img",
                                    "compare",
                                    "-f",
                                    "raw",
                                    "-F",
                                    "raw",
                                    disks.resolve(disk).toString(),
                                    unpacked.resolve("disk.raw").toString()))
                    .contains("Images are identical.");
        }
    }

    @ParameterizedTest
    @EnumSource(DiskFormat.class)
    void theSameContentGivesTheSameBytesWhateverTheFilesHoles(DiskFormat format)
            throws IOException {
        Path sparse = SampleDisk.make(directory.resolve("sparse"), 4 * MIB, 0, 2 * MIB);
        Path full = directory.resolve("full");
        Files.write(full, Files.readAllBytes(sparse));

        Path first = convert(sparse, format, "first");
        Path second = convert(full, format, "second");

        assertThat(SparseFile.dataExtents(sparse)).isNotEqualTo(SparseFile.dataExtents(full));
        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }

    @Test
    void compressionMakesAnImageSmaller() throws IOException {
        Path plain = convert(disks.resolve("dense"), DiskFormat.QCOW2, "plain");
        Path packed = convert(disks.resolve("dense"), DiskFormat.QCOW2_COMPRESSED, "packed");

        assertThat(Files.size(packed)).isLessThan(Files.size(plain) * 3 / 4);
    }

    @Test
    void anImageOfASparseDiskIsSparse() throws IOException {
        for (DiskFormat format : DiskFormat.values()) {
            Path image = convert(disks.resolve("huge"), format, format.name());

            long stored =
                    SparseFile.dataExtents(image).stream()
                            .mapToLong(SparseFile.Extent::length)
                            .sum();
            assertThat(stored).as(format.name()).isLessThan(32 * MIB);
        }
    }

    @Test
    void qemuNoticesADamagedImage() throws IOException, InterruptedException {
        Path image = convert(disks.resolve("small"), DiskFormat.QCOW2, "image");
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            // The first entry of the first level table.
            file.write(ByteBuffer.allocate(8), 1 << 16);
        }

        OracleTool.fails("qemu-img", "check", "-f", "qcow2", image.toString());
    }

    @Test
    void aVhdRefusesADiskThatItsReadersCannotTake() throws IOException {
        Path disk = SampleDisk.make(directory.resolve("disk"), FixedVhd.DISK_BYTES_MAX + 512);

        assertThatThrownBy(() -> convert(disk, DiskFormat.VHD, "image"))
                .hasMessage(
                        "a VHD holds at most 2040 GiB, this disk has 2190433321472 bytes; make a smaller disk or a VHDX");
    }

    private Path convert(Path source, DiskFormat format, String name) throws IOException {
        Path image = directory.resolve(name);
        try (Disk disk = Disk.open(source, (_, _) -> {})) {
            format.write(disk, image);
        }
        return image;
    }
}
