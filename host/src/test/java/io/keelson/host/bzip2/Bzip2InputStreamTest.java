package io.keelson.host.bzip2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class Bzip2InputStreamTest {
    @TempDir Path directory;

    private final byte[] plain = new byte[300_000];
    private byte[] compressed = {};

    @BeforeEach
    void compress() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) random.nextInt(8);
        }
        compressed = bzip2("-9");
    }

    private byte[] bzip2(String... options) throws Exception {
        Path file = Files.write(directory.resolve("plain"), plain);
        List<String> command = new ArrayList<>(List.of("bzip2", "--keep", "--force"));
        command.addAll(List.of(options));
        command.add(file.toString());
        Command.run(command, Duration.ofSeconds(60)).orThrow("compressing");
        return Files.readAllBytes(directory.resolve("plain.bz2"));
    }

    private static byte[] decode(byte[] stream) throws IOException {
        try (var in = new Bzip2InputStream(ByteBuffer.wrap(stream))) {
            return in.readAllBytes();
        }
    }

    @Test
    void whatBzip2CompressedComesBack() throws Exception {
        assertThat(decode(compressed)).isEqualTo(plain);
        assertThat(decode(bzip2("-1"))).isEqualTo(plain);
    }

    @Test
    void readsOnlyWhatRemainsOfADirectBuffer() throws IOException {
        ByteBuffer padded = ByteBuffer.allocateDirect(compressed.length + 9);
        padded.position(5).put(compressed).limit(compressed.length + 5).position(5);

        try (var in = new Bzip2InputStream(padded)) {
            assertThat(in.read()).isEqualTo(plain[0]);
            assertThat(in.readNBytes(plain.length)).hasSize(plain.length - 1);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void everyCutIsNoticed() {
        for (int length = 0; length < compressed.length; length += 997) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> decode(Arrays.copyOf(compressed, compressed.length - 1)))
                .hasMessage("bzip2: the stream is cut short");
    }

    @Test
    void bytesAfterTheStreamAreNoticed() {
        assertThatThrownBy(() -> decode(Arrays.copyOf(compressed, compressed.length + 4)))
                .hasMessage("bzip2: 4 bytes follow the stream");
    }

    @Test
    void damageIsNoticed() {
        byte[] damaged = compressed.clone();
        damaged[compressed.length / 2] ^= 1;
        assertThatThrownBy(() -> decode(damaged))
                .hasMessageStartingWith("bzip2: the stream is dam");
        assertThatThrownBy(() -> decode(new byte[100]))
                .hasMessage("bzip2: the data is not a bzip2 stream");
    }

    @Test
    void nothingIsReadAfterClosing() throws IOException {
        var in = new Bzip2InputStream(ByteBuffer.wrap(compressed));
        in.close();
        in.close();

        assertThat(in.read()).isEqualTo(-1);
    }
}
