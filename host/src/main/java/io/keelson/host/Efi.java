package io.keelson.host;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads EFI variables from efivarfs: files named {@code Name-vendorguid}, 4 attribute bytes first.
 */
public final class Efi {
    /** Where efivarfs is mounted on a host. */
    public static final Path EFIVARS = Path.of("/sys/firmware/efi/efivars");

    /** Vendor of {@code SecureBoot}, {@code BootOrder} and the other variables of the UEFI spec. */
    public static final String GLOBAL_VENDOR = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

    /** Vendor of the boot loader interface, such as {@code LoaderBootCountPath}. */
    public static final String LOADER_VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    /** Larger variables are refused. */
    public static final int VARIABLE_BYTES_MAX = 64 << 10;

    private static final int ATTRIBUTE_BYTES = 4;

    private Efi() {}

    /** A variable's value without its attributes; empty when the firmware has no such variable. */
    public static Optional<byte[]> variable(Path efivarfs, String name, String vendorGuid)
            throws IOException {
        Path file = efivarfs.resolve(name + "-" + vendorGuid);
        try (var in = new FileInputStream(file.toFile())) {
            byte[] bytes = readPlainly(in, ATTRIBUTE_BYTES + VARIABLE_BYTES_MAX + 1);
            if (bytes.length < ATTRIBUTE_BYTES) {
                throw new IOException(file + " is shorter than its attributes");
            }
            if (bytes.length > ATTRIBUTE_BYTES + VARIABLE_BYTES_MAX) {
                throw new IOException(
                        "%s is larger than %d bytes".formatted(file, VARIABLE_BYTES_MAX));
            }
            return Optional.of(Arrays.copyOfRange(bytes, ATTRIBUTE_BYTES, bytes.length));
        } catch (FileNotFoundException missing) {
            if (Files.exists(file)) {
                throw missing;
            }
            return Optional.empty();
        }
    }

    /** With read alone: a file of efivarfs cannot seek, which readNBytes and channels try to. */
    private static byte[] readPlainly(FileInputStream in, int bytesMax) throws IOException {
        byte[] bytes = new byte[bytesMax];
        int length = 0;
        while (length < bytesMax) {
            int read = in.read(bytes, length, bytesMax - length);
            if (read < 0) {
                break;
            }
            length += read;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** A variable that holds UTF-16 text, without the NUL at its end. */
    public static Optional<String> text(Path efivarfs, String name, String vendorGuid)
            throws IOException {
        return variable(efivarfs, name, vendorGuid)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_16LE))
                .map(text -> text.endsWith("\0") ? text.substring(0, text.length() - 1) : text);
    }

    /** Whether the firmware enforces signatures now; false where there is no EFI. */
    public static boolean secureBoot(Path efivarfs) throws IOException {
        return variable(efivarfs, "SecureBoot", GLOBAL_VENDOR)
                .filter(value -> value.length > 0 && value[0] == 1)
                .isPresent();
    }
}
