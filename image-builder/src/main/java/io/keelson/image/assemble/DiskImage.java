package io.keelson.image.assemble;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.fat.ByteSource;
import io.keelson.disk.fat.Fat32Image;
import io.keelson.disk.fat.FatVolume;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.verity.VerityTree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.UUID;

/**
 * A disk with one release in slot A.
 *
 * @param geometry of the disk; what is not written stays a hole
 * @param usr the file system of the slot
 * @param verity its hash tree
 * @param esp files of the EFI system partition by absolute path
 */
public record DiskImage(
        ReleaseVersion version,
        Geometry geometry,
        Path usr,
        VerityTree verity,
        SortedMap<String, ByteSource> esp) {

    /**
     * Size and sectors of a disk.
     *
     * @param sectorSize 512 or 4096; firmware and kernel read the partition table in this unit, so
     *     an image fits disks of one kind only
     * @param architecture whose partition types it has
     */
    public record Geometry(long sizeBytes, int sectorSize, Architecture architecture) {
        public Geometry {
            if (sectorSize != 512 && sectorSize != 4096) {
                throw new IllegalArgumentException(
                        "sectors of a disk have 512 or 4096 bytes, not " + sectorSize);
            }
        }
    }

    /** Fails where /usr or its tree does not fit; takes no time. */
    public void requireRoom() throws IOException {
        GptTable table = table();
        GptPartition data = partition(table, DiskLayout.Slot.A.usrNumber());
        requireRoom("/usr", Files.size(usr), size(table, data));
        GptPartition tree = partition(table, DiskLayout.Slot.A.verityNumber());
        requireRoom("the verity tree", verity.sizeBytes(), size(table, tree));
    }

    private UUID diskId() {
        return UUID.nameUUIDFromBytes(
                ("disk " + version.text() + " " + verity.rootHash().hex())
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private GptTable table() {
        return DiskLayout.withRelease(
                DiskLayout.empty(
                        geometry.sizeBytes(),
                        geometry.sectorSize(),
                        diskId(),
                        geometry.architecture()),
                DiskLayout.Slot.A,
                version,
                verity.rootHash());
    }

    /** Writes the image to a new file. */
    public void write(Path file) throws IOException {
        requireRoom();
        GptTable table = table();
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            GptPartition esp = partition(table, DiskLayout.ESP_NUMBER);
            Fat32Image.write(
                    out,
                    new FatVolume(
                            offset(table, esp),
                            size(table, esp),
                            geometry.sectorSize(),
                            (int) diskId().getLeastSignificantBits()),
                    this.esp);
            copyUsr(out, table, partition(table, DiskLayout.Slot.A.usrNumber()));
            GptPartition tree = partition(table, DiskLayout.Slot.A.verityNumber());
            verity.writeTo(out, offset(table, tree));
            table.write(out);
        }
    }

    private void copyUsr(FileChannel out, GptTable table, GptPartition partition)
            throws IOException {
        try (FileChannel in = FileChannel.open(usr, StandardOpenOption.READ)) {
            long size = in.size();
            out.position(offset(table, partition));
            long done = 0;
            while (done < size) {
                done += in.transferTo(done, size - done, out);
            }
        }
    }

    static void requireRoom(String what, long bytes, long room) throws IOException {
        if (bytes > room) {
            throw new IOException(
                    "%s has %d bytes, %d more than its partition of %d bytes; remove packages or files"
                            .formatted(what, bytes, bytes - room, room));
        }
    }

    private static GptPartition partition(GptTable table, int number) {
        return table.partition(number).orElseThrow();
    }

    private static long offset(GptTable table, GptPartition partition) {
        return partition.firstLba() * table.sectorSize();
    }

    private static long size(GptTable table, GptPartition partition) {
        return (partition.lastLba() - partition.firstLba() + 1) * table.sectorSize();
    }
}
