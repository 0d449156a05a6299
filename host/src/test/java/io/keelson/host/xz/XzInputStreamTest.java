package io.keelson.host.xz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class XzInputStreamTest {
    private static final long MEMORY = 16 << 20;

    @TempDir Path directory;

    private final byte[] plain = new byte[300_000];
    private byte[] compressed = {};

    @BeforeEach
    void compress() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) random.nextInt(8);
        }
        compressed = xz("-6");
    }

    private byte[] xz(String... options) throws Exception {
        Path file = Files.write(directory.resolve("plain"), plain);
        List<String> command = new ArrayList<>(List.of("xz", "--keep", "--force"));
        command.addAll(List.of(options));
        command.add(file.toString());
        Command.run(command, Duration.ofSeconds(60)).orThrow("compressing");
        return Files.readAllBytes(directory.resolve("plain.xz"));
    }

    private static byte[] decode(byte[] stream) throws IOException {
        try (var in = new XzInputStream(ByteBuffer.wrap(stream), MEMORY)) {
            return in.readAllBytes();
        }
    }

    @Test
    void whatXzCompressedComesBack() throws Exception {
        assertThat(decode(compressed)).isEqualTo(plain);
        for (String check : List.of("none", "crc32", "crc64", "sha256")) {
            assertThat(decode(xz("--check=" + check))).as(check).isEqualTo(plain);
        }
    }

    @Test
    void readsOnlyWhatRemainsOfADirectBuffer() throws IOException {
        ByteBuffer padded = ByteBuffer.allocateDirect(compressed.length + 9);
        padded.position(5).put(compressed).limit(compressed.length + 5).position(5);

        try (var in = new XzInputStream(padded, MEMORY)) {
            assertThat(in.read()).isEqualTo(plain[0]);
            assertThat(in.readNBytes(plain.length)).hasSize(plain.length - 1);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void aStreamMayComeInDrops() throws IOException {
        try (var in = new XzInputStream(drops(compressed), MEMORY)) {
            assertThat(in.readAllBytes()).isEqualTo(plain);
        }
        byte[] cut = Arrays.copyOf(compressed, compressed.length - 1);
        try (var in = new XzInputStream(drops(cut), MEMORY)) {
            assertThatThrownBy(in::readAllBytes).hasMessage("xz: the stream is cut short");
        }
        byte[] longer = Arrays.copyOf(compressed, compressed.length + 1);
        try (var in = new XzInputStream(drops(longer), MEMORY)) {
            assertThatThrownBy(in::readAllBytes).hasMessageStartingWith("xz: the stream is dam");
        }
    }

    @Test
    void aFileMayHaveSeveralStreamsAndPadding() throws IOException {
        byte[] twice = Arrays.copyOf(compressed, 2 * compressed.length + 8);
        System.arraycopy(compressed, 0, twice, compressed.length + 4, compressed.length);

        try (var in = new XzInputStream(drops(twice), MEMORY)) {
            assertThat(in.readNBytes(plain.length)).isEqualTo(plain);
            assertThat(in.readAllBytes()).isEqualTo(plain);
        }
    }

    private static InputStream drops(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 7));
            }
        };
    }

    @Test
    void everyCutIsNoticed() {
        for (int length = 0; length < compressed.length; length += 997) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> decode(Arrays.copyOf(compressed, compressed.length - 1)))
                .hasMessage("xz: the stream is cut short");
    }

    @Test
    void bytesAfterTheStreamAreNoticed() {
        assertThatThrownBy(() -> decode(Arrays.copyOf(compressed, compressed.length + 4)))
                .hasMessage("xz: more bytes follow the stream");
    }

    @Test
    void damageIsNoticed() {
        byte[] damaged = compressed.clone();
        damaged[compressed.length / 2] ^= 1;
        assertThatThrownBy(() -> decode(damaged)).hasMessageStartingWith("xz: the stream is dam");
        assertThatThrownBy(() -> decode(new byte[100]))
                .hasMessage("xz: the data is not an .xz stream");
    }

    @Test
    void aDictionaryBeyondTheLimitIsRefused() throws Exception {
        byte[] large = xz("--lzma2=dict=64MiB");

        assertThatThrownBy(() -> decode(large))
                .hasMessage("xz: the dictionary needs more memory than the limit allows");
    }

    @Test
    void nothingIsReadAfterClosing() throws IOException {
        var in = new XzInputStream(ByteBuffer.wrap(compressed), MEMORY);
        in.close();
        in.close();

        assertThat(in.read()).isEqualTo(-1);
    }
}
