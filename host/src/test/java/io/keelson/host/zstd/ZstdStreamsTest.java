package io.keelson.host.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.host.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The oracle is the system's zstd program. */
class ZstdStreamsTest {
    @TempDir Path directory;

    private final byte[] old = new byte[300_000];
    private final byte[] plain = new byte[1_000_000];

    @BeforeEach
    void makeContent() {
        Random random = new Random(7);
        random.nextBytes(old);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = i % 1000 == 0 ? (byte) random.nextInt() : old[i % old.length];
        }
    }

    @Test
    void aFrameMadeAgainstAnOldFileNeedsItAsPrefix() throws Exception {
        Path before = Files.write(directory.resolve("old"), old);
        byte[] frame = zstd("-19", "--patch-from=" + before);
        ByteBuffer target = ByteBuffer.allocateDirect(plain.length);

        try (var decoder = new ZstdDecoder()) {
            decoder.decompress(ByteBuffer.wrap(old), ByteBuffer.wrap(frame), target);

            assertThat(frame).hasSizeLessThan(old.length / 10);
            assertThat(bytes(target.flip())).isEqualTo(plain);
            assertThatThrownBy(() -> decoder.decompress(ByteBuffer.wrap(frame), target.clear()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFrameIsReadPieceByPiece() throws Exception {
        byte[] frame = zstd("-5");

        try (var in = new ZstdInputStream(ByteBuffer.wrap(frame), 23)) {
            assertThat(in.readNBytes(plain.length + 1)).isEqualTo(plain);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void cutExtendedDamagedAndDemandingFramesAreRefused() throws Exception {
        byte[] frame = zstd("-5");
        var demanding = new ByteArrayOutputStream();
        try (var out = new ZstdOutputStream(demanding, 22, false, false)) {
            out.write(plain);
        }
        byte[] damaged = frame.clone();
        damaged[frame.length / 2] ^= 1;

        assertRefused(Arrays.copyOf(frame, frame.length - 1), "cut short");
        assertRefused(new byte[0], "cut short");
        assertRefused(Arrays.copyOf(frame, frame.length + 1), "1 bytes follow the frame");
        assertRefused(damaged, "zstd: ");
        assertRefused(demanding.toByteArray(), "zstd: Frame requires too much memory");
    }

    @Test
    void aFrameWrittenPieceByPieceIsTheProgramsOwn() throws Exception {
        for (boolean threaded : new boolean[] {false, true}) {
            var frame = new ByteArrayOutputStream();
            try (var out = new ZstdOutputStream(frame, 15, true, threaded)) {
                for (int at = 0; at < plain.length; at += 77_777) {
                    out.write(plain, at, Math.min(77_777, plain.length - at));
                }
            }

            byte[] expected = zstdOfUnknownSize(threaded ? "-T1" : "--single-thread");

            assertThat(Arrays.equals(frame.toByteArray(), expected)).isTrue();
        }
        assertThat(ZstdOutputStream.libraryVersion()).isGreaterThan(10400);
    }

    private static void assertRefused(byte[] frame, String message) {
        assertThatThrownBy(
                        () -> {
                            try (var in = new ZstdInputStream(ByteBuffer.wrap(frame), 23)) {
                                in.transferTo(new ByteArrayOutputStream());
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private byte[] zstdOfUnknownSize(String threads) throws Exception {
        Path file = Files.write(directory.resolve("plain"), plain);
        Path compressed = directory.resolve("plain.zst");
        String command = "cat %s | zstd -q -15 %s > %s".formatted(file, threads, compressed);
        Command.run(List.of("sh", "-c", command), Duration.ofSeconds(60)).orThrow("compressing");
        return Files.readAllBytes(compressed);
    }

    private byte[] zstd(String... options) throws Exception {
        Path file = Files.write(directory.resolve("plain"), plain);
        Path compressed = directory.resolve("plain.zst");
        var command = new java.util.ArrayList<>(List.of("zstd", "-q", "-f"));
        command.addAll(List.of(options));
        command.addAll(List.of(file.toString(), "-o", compressed.toString()));
        Command.run(command, Duration.ofSeconds(60)).orThrow("compressing");
        return Files.readAllBytes(compressed);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
