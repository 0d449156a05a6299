package io.keelson.disk.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

class Fat32ImageTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long MEBIBYTE = 1 << 20;

    @TempDir Path directory;

    private static SortedMap<String, ByteSource> files() {
        byte[] large = new byte[3_000_001];
        new Random(1).nextBytes(large);
        SortedMap<String, ByteSource> files = new TreeMap<>();
        files.put("/EFI/BOOT/BOOTX64.EFI", ByteSource.of(large));
        files.put("/EFI/Linux/keelson_1.0.0.efi", text("one"));
        files.put("/EFI/Linux/keelson_1.0.0~rc1+3.efi", text("candidate"));
        files.put("/EFI/Linux/exactly13char", text("12 units"));
        files.put("/EFI/Linux/exactly13chars", text("13 units"));
        files.put("/EFI/systemd/systemd-bootx64.efi", text("loader"));
        files.put("/loader/loader.conf", text("timeout 0\n"));
        files.put("/loader/keys/auto/PK.auth", text("PK"));
        files.put("/loader/keys/auto/db.auth", text("db"));
        files.put("/loader/empty", text(""));
        files.put("/größe und Ω.txt", text("unicode"));
        for (int i = 0; i < 300; i++) {
            files.put("/many/a long name with number %d.text".formatted(i), text("" + i));
        }
        return files;
    }

    private static ByteSource text(String text) {
        return ByteSource.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path write(FatVolume volume, SortedMap<String, ByteSource> files) throws IOException {
        Path image = directory.resolve("image");
        Files.deleteIfExists(image);
        try (var out =
                FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Fat32Image.write(out, volume, files);
        }
        return image;
    }

    private static String fsck(Path image) throws Exception {
        // -n: nothing is changed; any problem found is an exit code that is not 0.
        return Command.run(List.of("fsck.fat", "-n", "-v", image.toString()), SOON)
                .orThrow("fsck.fat")
                .stdout();
    }

    /** What mtools reads is compared byte for byte with what was written. */
    private void assertContent(String drive, SortedMap<String, ByteSource> files) throws Exception {
        for (Map.Entry<String, ByteSource> file : files.entrySet()) {
            if (file.getKey().startsWith("/many/") && !file.getKey().contains("number 29")) {
                continue;
            }
            Path copy = directory.resolve("copy");
            Command.run(
                            List.of(
                                    "mcopy",
                                    "-n",
                                    "-o",
                                    "-i",
                                    drive,
                                    "::" + file.getKey(),
                                    copy.toString()),
                            SOON,
                            Map.of("MTOOLS_SKIP_CHECK", "1", "LC_ALL", "C.UTF-8"))
                    .orThrow("mcopy");
            try (InputStream in = file.getValue().open()) {
                assertThat(Files.readAllBytes(copy)).as(file.getKey()).isEqualTo(in.readAllBytes());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"512, 40", "512, 300", "512, 1024", "4096, 300"})
    void fsckFindsNothingAndMtoolsReadsEveryFile(int sectorSize, long mebibytes) throws Exception {
        Path image = write(new FatVolume(0, mebibytes * MEBIBYTE, sectorSize, 0x12345678), files());

        assertThat(fsck(image))
                .contains(sectorSize + " bytes per logical sector")
                .contains("32 reserved sectors")
                .doesNotContain("wrong");
        assertContent(image.toString(), files());
        assertThat(Files.size(image)).isEqualTo(mebibytes * MEBIBYTE);
    }

    @Test
    void aVolumeInAPartitionIsReadAtItsOffset() throws Exception {
        Path image = write(new FatVolume(MEBIBYTE, 64 * MEBIBYTE, 512, 1), files());

        assertContent(image + "@@1M", files());
        String listing =
                Command.run(List.of("mdir", "-i", image + "@@1M", "-/", "-a", "::"), SOON)
                        .orThrow("mdir")
                        .stdout();
        assertThat(listing)
                .contains("Volume in drive : is ESP")
                .contains("Volume Serial Number is 0000-0001")
                .contains("BOOTX64  EFI   3000001 1980-01-01")
                .contains("KEELSO~1 EFI")
                .contains("keelson_1.0.0~rc1+3.efi");
    }

    @Test
    void theImageIsSparseAndTheSameEveryTime() throws Exception {
        FatVolume volume = new FatVolume(0, 1024 * MEBIBYTE, 512, 7);
        Path first = Files.move(write(volume, files()), directory.resolve("first"));

        Path second = write(volume, files());

        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
        String blocks =
                Command.run(List.of("stat", "-c", "%b", first.toString()), SOON)
                        .orThrow("stat")
                        .stdout();
        assertThat(Long.parseLong(blocks.strip()) * 512).isLessThan(8 * MEBIBYTE);
    }

    @Test
    void anEmptyVolumeIsClean() throws Exception {
        assertThat(fsck(write(new FatVolume(0, 64 * MEBIBYTE, 512, 1), new TreeMap<>())))
                .contains("1/128992 clusters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative",
                "/",
                "/a//b",
                "/a/",
                "/a/../b",
                "/dot.",
                "/space ",
                "/a:b",
                "/a\\b",
                "/a*",
                "/nul\0"
            })
    void namesFatCannotHoldAreRefused(String path) {
        SortedMap<String, ByteSource> files = new TreeMap<>(Map.of(path, text("")));

        assertThatThrownBy(() -> write(new FatVolume(0, 64 * MEBIBYTE, 512, 1), files))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThatDifferInCaseOnlyAreRefusedNamingBoth() {
        for (String other : List.of("/efi/Linux", "/efi/linux/b.efi", "/EFI")) {
            SortedMap<String, ByteSource> files =
                    new TreeMap<>(Map.of("/EFI/LINUX/a.efi", text(""), other, text("")));

            assertThatThrownBy(() -> write(new FatVolume(0, 64 * MEBIBYTE, 512, 1), files))
                    .as(other)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("have the same name on FAT");
        }
    }

    @Test
    void aVolumeTooSmallForFat32OrForItsFilesIsRefused() {
        assertThatThrownBy(() -> write(new FatVolume(0, 32 * MEBIBYTE, 512, 1), files()))
                .hasMessageContaining("too few for FAT32");
        assertThatThrownBy(() -> write(new FatVolume(0, 128 * MEBIBYTE, 4096, 1), files()))
                .hasMessageContaining("too few for FAT32");
        SortedMap<String, ByteSource> files =
                new TreeMap<>(Map.of("/large", ByteSource.of(new byte[40 << 20])));
        assertThatThrownBy(() -> write(new FatVolume(0, 36 * MEBIBYTE, 512, 1), files))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("do not fit");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11})
    void aSourceThatIsNotAsLongAsItSaysIsRefused(int actual) {
        ByteSource source =
                new ByteSource() {
                    @Override
                    public long size() {
                        return 10;
                    }

                    @Override
                    public InputStream open() {
                        return new ByteArrayInputStream(new byte[actual]);
                    }
                };

        assertThatThrownBy(() ->
                        write(
                                new FatVolume(0, 64 * MEBIBYTE, 512, 1),
                                new TreeMap<>(Map.of("/file", source))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("10 bytes");
    }
}
