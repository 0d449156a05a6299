package io.keelson.disk.pe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

class PeMachineTest {
    @TempDir Path directory;

    @Test
    void theFirstBytesOfAProgramNameItsProcessor() throws IOException {
        assertThat(machine(program(0x8664, 0x80))).hasValue(0x8664);
        assertThat(machine(program(0xAA64, 0x80))).hasValue(0xAA64);
    }

    @Test
    void whatIsNoProgramNamesNone() throws IOException {
        byte[] unsigned = program(0x8664, 0x80);
        unsigned[0x80] = 'X';

        assertThat(machine(new byte[0])).isEmpty();
        assertThat(machine("1.1.0 abcdef".getBytes(StandardCharsets.US_ASCII))).isEmpty();
        assertThat(machine(unsigned)).isEmpty();
        assertThat(machine(program(0x8664, -1))).isEmpty();
        assertThat(machine(program(0x8664, 100_000))).isEmpty();
    }

    private OptionalInt machine(byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("image"), content);
        try (FileChannel image = FileChannel.open(file)) {
            return PeMachine.of(image);
        }
    }

    private static byte[] program(int machine, int header) {
        ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        image.putShort(0, (short) 0x5A4D).putInt(0x3C, header);
        image.putInt(0x80, 0x4550).putShort(0x84, (short) machine);
        return image.array();
    }
}
