package io.keelson.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

class BlockDeviceTest {
    @TempDir Path directory;

    @Test
    void aPlainFileIsReadAndWrittenAtOffsets() throws IOException {
        Path file = Files.write(directory.resolve("disk"), new byte[8192]);

        try (var device = BlockDevice.openForWrite(file)) {
            device.write(ByteBuffer.wrap("keel".getBytes(StandardCharsets.UTF_8)), 4094);
            device.force();

            assertThat(device.sizeBytes()).isEqualTo(8192);
            ByteBuffer read = ByteBuffer.allocate(4);
            device.readFully(read, 4094);
            assertThat(new String(read.array(), StandardCharsets.UTF_8)).isEqualTo("keel");
        }
    }

    @Test
    void aWriteThatWouldPassTheEndWritesNothing() throws IOException {
        Path file = Files.write(directory.resolve("disk"), new byte[4096]);

        try (var device = BlockDevice.openForWrite(file)) {
            assertThatThrownBy(() -> device.write(ByteBuffer.allocate(2), 4095))
                    .isInstanceOf(IOException.class)
                    .hasMessage(file + ": writing 2 bytes at 4095 passes the end at 4096");
        }
        assertThat(file).hasSize(4096);
    }

    @Test
    void aMissingDeviceIsNotCreated() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> BlockDevice.openForWrite(missing))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void theSizeCallReportsTheKernelsErrorNumber() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        // ENOTTY: a plain file has no BLKGETSIZE64.
        assertThatThrownBy(() -> BlockDevice.deviceSize(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": ioctl BLKGETSIZE64 failed with errno 25");
        // ENOENT
        assertThatThrownBy(() -> BlockDevice.deviceSize(directory.resolve("none")))
                .hasMessageEndingWith("open failed with errno 2");
    }
}
