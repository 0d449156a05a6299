package io.keelson.cli.image;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.fat.ByteSource;
import io.keelson.disk.fat.Fat32Reader;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;
import io.keelson.disk.pe.PeFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Takes a built disk apart and compares its parts with the files it was put together from. */
public final class DiskVerification {
    private static final int COPY_BYTES = 1 << 20;

    /** Firmware of an architecture looks for its own. */
    private static final Pattern FALLBACK = Pattern.compile("/EFI/BOOT/BOOT(X64|AA64)\\.EFI");

    private final Path directory;
    private final FileChannel disk;
    private final GptTable table;

    private DiskVerification(Path directory, FileChannel disk, GptTable table) {
        this.directory = directory;
        this.disk = disk;
        this.table = table;
    }

    /** Returns one line per thing that holds; the first that does not is a failure. */
    public static List<String> run(Path directory, ReleaseVersion version, GptTable table)
            throws IOException {
        try (FileChannel disk =
                FileChannel.open(directory.resolve("disk.img"), StandardOpenOption.READ)) {
            DiskVerification check = new DiskVerification(directory, disk, table);
            check.slot(DiskLayout.Slot.A.usrNumber(), "usr.erofs");
            check.slot(DiskLayout.Slot.A.verityNumber(), "usr.verity");
            check.esp(version);
            return List.of(
                    "disk.img: slot A holds usr.erofs and usr.verity",
                    "disk.img: the ESP holds uki.efi, a signed boot loader and the keys to enrol");
        }
    }

    private void slot(int number, String name) throws IOException {
        long offset = partition(number).firstLba() * table.sectorSize();
        try (FileChannel file =
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
            ByteBuffer expected = ByteBuffer.allocate(COPY_BYTES);
            ByteBuffer found = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; at < file.size(); at += COPY_BYTES) {
                int length = (int) Math.min(COPY_BYTES, file.size() - at);
                fill(file, expected.clear().limit(length), at);
                fill(disk, found.clear().limit(length), offset + at);
                if (!expected.flip().equals(found.flip())) {
                    throw wrong(
                            "partition %d of disk.img differs from %s behind byte %d"
                                    .formatted(number, name, at));
                }
            }
        }
    }

    private void esp(ReleaseVersion version) throws IOException {
        SortedMap<String, ByteSource> files =
                Fat32Reader.read(
                                disk,
                                partition(DiskLayout.ESP_NUMBER).firstLba() * table.sectorSize())
                        .files();
        byte[] uki = bytes(files, "/EFI/Linux/" + DiskLayout.label(version) + ".efi");
        if (!Arrays.equals(uki, Files.readAllBytes(directory.resolve("uki.efi")))) {
            throw wrong("the boot image on the ESP is not uki.efi");
        }
        for (Map.Entry<String, ByteSource> file : files.entrySet()) {
            boolean program = file.getKey().toLowerCase(Locale.ROOT).endsWith(".efi");
            if (program && !PeFile.parse(bytes(files, file.getKey())).isSigned()) {
                throw wrong(file.getKey() + " on the ESP is not signed");
            }
        }
        if (files.keySet().stream().noneMatch(FALLBACK.asMatchPredicate())) {
            throw wrong("the ESP of disk.img has no boot loader for removable media");
        }
        for (String name : List.of("PK", "KEK", "db")) {
            bytes(files, "/loader/keys/auto/" + name + ".auth");
        }
    }

    private byte[] bytes(SortedMap<String, ByteSource> files, String path) throws IOException {
        ByteSource source = files.get(path);
        if (source == null) {
            throw wrong("the ESP of disk.img has no " + path);
        }
        try (InputStream in = source.open()) {
            return in.readNBytes((int) source.size());
        }
    }

    private GptPartition partition(int number) throws CommandFailure {
        return table.partition(number)
                .orElseThrow(() -> wrong("disk.img has no partition " + number));
    }

    private static void fill(FileChannel from, ByteBuffer buffer, long at) throws IOException {
        long position = at;
        while (buffer.hasRemaining()) {
            int read = from.read(buffer, position);
            if (read < 0) {
                throw new IOException("disk.img ends within a partition; build it again");
            }
            position += read;
        }
    }

    private CommandFailure wrong(String what) {
        return new CommandFailure(
                what + ": the image in " + directory + " was changed after it was built");
    }
}
