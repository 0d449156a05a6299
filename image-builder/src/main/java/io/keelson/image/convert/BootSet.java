package io.keelson.image.convert;

import io.keelson.disk.pe.PeFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a boot server hands out: the signed boot image for HTTP boot, and its kernel, initrd and
 * command line for loaders that take them one by one.
 */
final class BootSet {
    private static final long UKI_BYTES_MAX = 512L << 20;

    private BootSet() {}

    static void write(Path uki, Path directory) throws IOException {
        if (!Files.exists(uki)) {
            throw new IOException(
                    "there is no "
                            + uki
                            + ": a PXE set is made from the directory of a built image");
        }
        if (Files.size(uki) > UKI_BYTES_MAX) {
            throw new IOException(uki + " is larger than " + UKI_BYTES_MAX + " bytes");
        }
        PeFile image = PeFile.parse(Files.readAllBytes(uki));
        Files.copy(uki, directory.resolve("uki.efi"), StandardCopyOption.REPLACE_EXISTING);
        section(image, ".linux", directory.resolve("vmlinuz"));
        section(image, ".initrd", directory.resolve("initrd.img"));
        section(image, ".cmdline", directory.resolve("cmdline"));
    }

    private static void section(PeFile image, String name, Path file) throws IOException {
        byte[] content =
                image.section(name)
                        .orElseThrow(() -> new IOException("uki.efi has no section " + name));
        Files.write(file, content);
    }
}
