package io.keelson.host.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class ZstdDecoderTest {
    @TempDir Path directory;

    private final byte[] plain = new byte[200_000];
    private byte[] frame = {};

    @BeforeEach
    void compress() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) random.nextInt(8);
        }
        Path file = Files.write(directory.resolve("plain"), plain);
        Path compressed = directory.resolve("plain.zst");
        Command.run(
                        List.of("zstd", "-q", "-19", file.toString(), "-o", compressed.toString()),
                        Duration.ofSeconds(60))
                .orThrow("compressing");
        frame = Files.readAllBytes(compressed);
    }

    @Test
    void aFrameFillsHeapAndDirectBuffersAndMovesBothPositions() throws IOException {
        for (ByteBuffer target :
                List.of(
                        ByteBuffer.allocate(plain.length + 10),
                        ByteBuffer.allocateDirect(plain.length + 10))) {
            for (ByteBuffer source :
                    List.of(
                            ByteBuffer.wrap(frame),
                            ByteBuffer.wrap(frame).asReadOnlyBuffer(),
                            ByteBuffer.allocateDirect(frame.length).put(frame).flip())) {
                try (var decoder = new ZstdDecoder()) {
                    target.clear().position(5);

                    assertThat(decoder.decompress(source, target)).isEqualTo(plain.length);

                    assertThat(source.hasRemaining()).isFalse();
                    assertThat(target.position()).isEqualTo(plain.length + 5);
                    byte[] content = new byte[plain.length];
                    target.get(5, content);
                    assertThat(content).isEqualTo(plain);
                }
            }
        }
    }

    @Test
    void oneDecoderTakesManyFrames() throws IOException {
        try (var decoder = new ZstdDecoder()) {
            for (int i = 0; i < 3; i++) {
                ByteBuffer target = ByteBuffer.allocate(plain.length);
                decoder.decompress(ByteBuffer.wrap(frame), target);
                assertThat(target.array()).isEqualTo(plain);
            }
        }
    }

    @Test
    void contentLargerThanTheTargetIsRefused() {
        try (var decoder = new ZstdDecoder()) {
            ByteBuffer target = ByteBuffer.allocate(plain.length - 1);
            assertThatThrownBy(() -> decoder.decompress(ByteBuffer.wrap(frame), target))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Destination buffer is too small");
            assertThat(target.position()).isZero();
        }
    }

    @Test
    void damagedShortenedExtendedAndForeignInputIsRefused() {
        byte[] damaged = frame.clone();
        damaged[damaged.length - 1] ^= 1;
        byte[] two = Arrays.copyOf(frame, 2 * frame.length);
        System.arraycopy(frame, 0, two, frame.length, frame.length);
        List<byte[]> inputs =
                List.of(
                        damaged,
                        Arrays.copyOf(frame, frame.length / 2),
                        Arrays.copyOf(frame, frame.length + 1),
                        two,
                        new byte[0],
                        "not a frame at all".getBytes(StandardCharsets.UTF_8));
        try (var decoder = new ZstdDecoder()) {
            for (byte[] input : inputs) {
                assertThatThrownBy(() ->
                                decoder.decompress(
                                        ByteBuffer.wrap(input),
                                        ByteBuffer.allocate(2 * plain.length)))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("zstd: ");
            }
        }
    }

    @Test
    void aClosedDecoderIsNotUsed() {
        var decoder = new ZstdDecoder();
        decoder.close();
        decoder.close();

        assertThatThrownBy(() -> decoder.decompress(ByteBuffer.wrap(frame), ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalStateException.class);
    }
}
