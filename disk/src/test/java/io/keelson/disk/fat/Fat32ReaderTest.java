package io.keelson.disk.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

class Fat32ReaderTest {
    private static final long OFFSET = 1 << 20;
    private static final long SIZE = 64L << 20;

    @TempDir Path directory;

    @Test
    void readsBackWhatWasWritten() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put("/EFI/BOOT/BOOTX64.EFI", filled(100_000, 1));
        files.put("/EFI/Linux/keelson_1.0.0+3.efi", filled(5_000_000, 2));
        files.put(
                "/loader/addons/a-name-of-more-than-twenty-six-characters.addon.efi", filled(7, 3));
        files.put("/loader/empty", new byte[0]);
        for (int i = 0; i < 200; i++) {
            files.put("/many/entry number " + i, filled(i, i));
        }

        Fat32Reader.Content content = readBack(written(files));

        assertThat(content.volumeId()).isEqualTo(0x12345678);
        assertThat(content.sectorSize()).isEqualTo(512);
        assertThat(content.files()).containsOnlyKeys(files.keySet());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            assertThat(bytes(content, file.getKey())).isEqualTo(file.getValue());
        }
    }

    @Test
    void readsWhatMtoolsWrote() throws Exception {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put("/EFI/BOOT/BOOTX64.EFI", filled(10_000, 1));
        Path disk = written(files);
        Path added = Files.write(directory.resolve("added"), filled(20_000, 9));
        Process mcopy =
                new ProcessBuilder(
                                "mcopy",
                                "-i",
                                disk + "@@" + OFFSET,
                                added.toString(),
                                "::/EFI/A longer name.bin")
                        .redirectErrorStream(true)
                        .start();
        assertThat(mcopy.getInputStream().readAllBytes()).isEmpty();
        assertThat(mcopy.waitFor()).isZero();

        Fat32Reader.Content content = readBack(disk);

        assertThat(bytes(content, "/EFI/A longer name.bin")).isEqualTo(filled(20_000, 9));
    }

    @Test
    void aLoopInAChainIsDamageAndNotALongWait() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put("/FILE", filled(10, 1));
        Path disk = written(files);
        try (FileChannel out = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            // The root directory's entry in the first table leads to itself.
            ByteBuffer two = ByteBuffer.wrap(new byte[] {2, 0, 0, 0});
            out.write(two, OFFSET + 32 * 512 + 2 * 4);
        }

        assertThatThrownBy(() -> readBack(disk))
                .hasMessage(
                        "the FAT file system is damaged: it holds more than 536870912 bytes, or a loop");
    }

    @Test
    void saysThatThereIsNone() throws IOException {
        Path disk = Files.write(directory.resolve("zeros"), new byte[4096]);

        try (FileChannel in = FileChannel.open(disk, StandardOpenOption.READ)) {
            assertThatThrownBy(() -> Fat32Reader.read(in, 512))
                    .hasMessage("there is no FAT32 file system at byte 512");
        }
    }

    private Path written(SortedMap<String, byte[]> files) throws IOException {
        SortedMap<String, ByteSource> sources = new TreeMap<>();
        files.forEach((path, content) -> sources.put(path, ByteSource.of(content)));
        Path disk = directory.resolve("disk");
        try (FileChannel out =
                FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Fat32Image.write(out, new FatVolume(OFFSET, SIZE, 512, 0x12345678), sources);
        }
        return disk;
    }

    private static Fat32Reader.Content readBack(Path disk) throws IOException {
        try (FileChannel in = FileChannel.open(disk, StandardOpenOption.READ)) {
            return Fat32Reader.read(in, OFFSET);
        }
    }

    private static byte[] bytes(Fat32Reader.Content content, String path) throws IOException {
        ByteSource source = Objects.requireNonNull(content.files().get(path), path);
        try (InputStream in = source.open()) {
            return in.readAllBytes();
        }
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
