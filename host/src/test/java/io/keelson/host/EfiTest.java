package io.keelson.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class EfiTest {
    @TempDir Path efivars;

    @Test
    void aVariableIsReturnedWithoutItsAttributes() throws IOException {
        put("Boot0001", Efi.GLOBAL_VENDOR, 7, 0, 0, 0, 1, 2, 3);

        assertThat(Efi.variable(efivars, "Boot0001", Efi.GLOBAL_VENDOR))
                .hasValue(new byte[] {1, 2, 3});
    }

    @Test
    void aVariableThatIsNotThereIsEmpty() throws IOException {
        assertThat(Efi.variable(efivars, "LoaderBootCountPath", Efi.LOADER_VENDOR)).isEmpty();
        assertThat(Efi.variable(efivars.resolve("none"), "SecureBoot", Efi.GLOBAL_VENDOR))
                .isEmpty();
    }

    @Test
    void aFileThatCannotSeekIsRead() throws Exception {
        // As in efivarfs, where lseek answers ESPIPE.
        Path pipe = efivars.resolve("SecureBoot-" + Efi.GLOBAL_VENDOR);
        Command.run(List.of("mkfifo", pipe.toString()), Duration.ofSeconds(10)).orThrow("mkfifo");
        Thread writer =
                Thread.startVirtualThread(() -> {
                    try (var out = new FileOutputStream(pipe.toFile())) {
                        out.write(new byte[] {6, 0, 0, 0, 1});
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });

        assertThat(Efi.secureBoot(efivars)).isTrue();
        writer.join(Duration.ofSeconds(10));
    }

    @Test
    void textIsUtf16WithoutTheNulAtItsEnd() throws IOException {
        // The first two characters' place is that of the attributes.
        byte[] file = "AA\\EFI\\Linux\\a+2-1.efi\0".getBytes(StandardCharsets.UTF_16LE);
        Files.write(efivars.resolve("LoaderBootCountPath-" + Efi.LOADER_VENDOR), file);

        assertThat(Efi.text(efivars, "LoaderBootCountPath", Efi.LOADER_VENDOR))
                .hasValue("\\EFI\\Linux\\a+2-1.efi");
    }

    @Test
    void secureBootIsOnOnlyWhenTheVariableIsOne() throws IOException {
        assertThat(Efi.secureBoot(efivars)).isFalse();
        put("SecureBoot", Efi.GLOBAL_VENDOR, 6, 0, 0, 0, 0);
        assertThat(Efi.secureBoot(efivars)).isFalse();
        put("SecureBoot", Efi.GLOBAL_VENDOR, 6, 0, 0, 0, 1);
        assertThat(Efi.secureBoot(efivars)).isTrue();
    }

    @Test
    void aVariableWithoutAttributesOrLargerThanTheLimitIsAnError() throws IOException {
        put("Short", Efi.GLOBAL_VENDOR, 1, 2, 3);
        Files.write(
                efivars.resolve("Large-" + Efi.GLOBAL_VENDOR),
                new byte[Efi.VARIABLE_BYTES_MAX + 5]);

        assertThatThrownBy(() -> Efi.variable(efivars, "Short", Efi.GLOBAL_VENDOR))
                .hasMessageContaining("shorter than its attributes");
        assertThatThrownBy(() -> Efi.variable(efivars, "Large", Efi.GLOBAL_VENDOR))
                .hasMessageContaining("larger than 65536 bytes");
    }

    private void put(String name, String vendor, int... bytes) throws IOException {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        Files.write(efivars.resolve(name + "-" + vendor), content);
    }
}
