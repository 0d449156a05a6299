package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

class StorageFaultTest {
    @Test
    void aFullDiskIsToldAsSuch() {
        // The kernel's own file that is always full.
        IOException full =
                catchThrowableOfType(
                        IOException.class, () -> Files.write(Path.of("/dev/full"), new byte[1]));

        StorageFault fault = StorageFault.of(new IOException("storing a payload failed", full));

        assertThat(fault.status()).isEqualTo(HttpStatus.INSUFFICIENT_STORAGE);
        assertThat(fault.kind()).isEqualTo("no-space");
    }

    @Test
    void aMissingFileIsNamedWithoutItsDirectory() {
        IOException missing =
                catchThrowableOfType(
                        IOException.class,
                        () -> Files.newInputStream(Path.of("/nowhere/keelson-1.payload")));

        StorageFault fault = StorageFault.of(missing);

        assertThat(fault.kind()).isEqualTo("file-missing");
        assertThat(fault.sentence())
                .isEqualTo(
                        "the server has lost keelson-1.payload; put it back into its data"
                                + " directory");
    }

    @Test
    void anyOtherFaultIsInTheLog() {
        StorageFault fault =
                StorageFault.of(new FileSystemException("x", null, "Input/output error"));

        assertThat(fault.status()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
        assertThat(fault.kind()).isEqualTo("storage-failed");
    }
}
