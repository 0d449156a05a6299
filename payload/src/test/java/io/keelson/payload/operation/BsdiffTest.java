package io.keelson.payload.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keelson.host.Command;
import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.SourceBytes;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Patches of Debian's bsdiff, and such as it would never make. */
class BsdiffTest {
    @TempDir static Path directory;

    private final byte[] old = new byte[200_000];
    private final byte[] edited = new byte[210_000];

    @BeforeEach
    void edit() {
        Random random = new Random(5);
        for (int i = 0; i < old.length; i++) {
            old[i] = (byte) random.nextInt(20);
        }
        System.arraycopy(old, 100_000, edited, 0, 90_000);
        System.arraycopy(old, 0, edited, 95_000, 110_000);
        for (int i = 0; i < edited.length; i += 701) {
            edited[i] = (byte) (edited[i] + 3);
        }
    }

    @Test
    void whatBsdiffMadeComesOutAsBspatchMakesIt() throws Exception {
        byte[] patch = bsdiff();

        assertThat(apply(patch, edited.length)).isEqualTo(edited);
    }

    @Test
    void theOtherContainerNamesTheCompressorOfEachStream() throws Exception {
        byte[] patch = bsdiff();
        byte[] other = patch.clone();
        System.arraycopy("BSDF2\1\1\1".getBytes(StandardCharsets.US_ASCII), 0, other, 0, 8);

        assertThat(apply(other, edited.length)).isEqualTo(edited);
        other[6] = 2;
        assertThatThrownBy(() -> apply(other, edited.length))
                .hasMessage("the data is compressed with Brotli, which is not read here");
        other[6] = 3;
        assertThatThrownBy(() -> apply(other, edited.length))
                .hasMessageContaining("has compressor 3");
    }

    @Test
    void everyCutIsNoticed() throws Exception {
        byte[] patch = bsdiff();
        for (int length = 0; length < patch.length; length += 499) {
            byte[] cut = Arrays.copyOf(patch, length);
            assertThatThrownBy(() -> apply(cut, edited.length)).isInstanceOf(IOException.class);
        }
    }

    static Stream<Arguments> patchesThatLie() {
        long[] fits = {100, 0, 0};
        return Stream.of(
                arguments(header(-1, 10, 100, fits), "longer than the patch"),
                arguments(header(Long.MAX_VALUE, 10, 100, fits), "longer than the patch"),
                arguments(header(10, Long.MAX_VALUE, 100, fits), "longer than the patch"),
                arguments(header(0, 0, 99, fits), "makes 99 bytes, the operation writes 100"),
                arguments(header(0, 0, -5, fits), "makes -5 bytes"),
                arguments(patch(new long[] {101, 0, 0}), "writes past its end at byte 0"),
                arguments(patch(new long[] {-1, 5, 0}), "writes past its end at byte 0"),
                arguments(patch(new long[] {0, Long.MAX_VALUE, 0}), "writes past its end"),
                arguments(patch(new long[] {0, 0, 5, 0, 0, 5}), "stands still at byte 0"),
                arguments(patch(new long[] {1, 0, 1L << 62}), "moves out of all bounds"),
                arguments(patch(new long[] {50, 0, 0}), "control stream of the bsdiff patch is"),
                arguments(patch(new long[] {10, 90, 0}), "extra stream of the bsdiff patch is"),
                arguments(
                        patch(new long[] {100, 0, 0}, 101),
                        "has more bytes than its control stream"));
    }

    @ParameterizedTest
    @MethodSource("patchesThatLie")
    void patchesThatLieAreRefused(byte[] patch, String message) {
        assertThatThrownBy(() -> apply(patch, 100))
                .isInstanceOf(PatchException.class)
                .hasMessageContaining(message);
    }

    @Test
    void bytesOutsideOfTheOldOnesAreZeros() throws Exception {
        byte[] before = apply(patch(new long[] {0, 0, -30, 100, 0, 0}), 100);

        assertThat(Arrays.copyOf(before, 30)).containsOnly(7);
        assertThat(before[30]).isEqualTo((byte) (7 + old[0]));
    }

    private byte[] apply(byte[] patch, long newSize) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var channel = Channels.newChannel(out)) {
            Bsdiff.apply(
                    source(old),
                    ByteBuffer.wrap(patch),
                    newSize,
                    StreamOpener.NONE,
                    channel::write);
        }
        return out.toByteArray();
    }

    private byte[] bsdiff() throws Exception {
        Path before = Files.write(directory.resolve("old"), old);
        Path after = Files.write(directory.resolve("new"), edited);
        Path patch = directory.resolve("patch");
        Command.run(
                        List.of("bsdiff", before.toString(), after.toString(), patch.toString()),
                        Duration.ofMinutes(1))
                .orThrow("bsdiff");
        return Files.readAllBytes(patch);
    }

    /** Control numbers as given, difference bytes of 7, no extra bytes. */
    private static byte[] patch(long[] control) {
        return patch(control, 100);
    }

    private static byte[] patch(long[] control, int differenceBytes) {
        ByteBuffer numbers =
                ByteBuffer.allocate(control.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : control) {
            numbers.putLong(signed(number));
        }
        byte[] difference = new byte[differenceBytes];
        Arrays.fill(difference, (byte) 7);
        byte[] controlPart = bzip2(numbers.array());
        byte[] differencePart = bzip2(difference);
        byte[] extraPart = bzip2(new byte[0]);
        ByteBuffer patch =
                ByteBuffer.allocate(
                                32 + controlPart.length + differencePart.length + extraPart.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        patch.put("BSDIFF40".getBytes(StandardCharsets.US_ASCII));
        patch.putLong(controlPart.length).putLong(differencePart.length).putLong(100);
        return patch.put(controlPart).put(differencePart).put(extraPart).array();
    }

    private static byte[] header(
            long controlBytes, long differenceBytes, long newSize, long[] control) {
        ByteBuffer patch = ByteBuffer.wrap(patch(control)).order(ByteOrder.LITTLE_ENDIAN);
        patch.putLong(8, signed(controlBytes)).putLong(16, signed(differenceBytes));
        return patch.putLong(24, signed(newSize)).array();
    }

    private static long signed(long number) {
        return number < 0 ? -number | Long.MIN_VALUE : number;
    }

    private static byte[] bzip2(byte[] plain) {
        try {
            Path file = Files.createTempFile(directory, "stream", "");
            Files.write(file, plain);
            Command.run(List.of("bzip2", file.toString()), Duration.ofMinutes(1)).orThrow("bzip2");
            return Files.readAllBytes(directory.resolve(file.getFileName() + ".bz2"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SourceBytes source(byte[] bytes) {
        return new SourceBytes() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                into.put(bytes, (int) offset, into.remaining());
            }
        };
    }
}
