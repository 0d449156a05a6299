package io.keelson.image.assemble;

import io.keelson.disk.pe.UkiBuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Boot images of the fewest parts. */
public final class TinyUki {
    private TinyUki() {}

    /** One that has nothing but a command line. */
    public static byte[] with(String commandLine) throws IOException {
        return UkiBuilder.of(TinyEfiProgram.bytes())
                .section(".cmdline", ascii(commandLine))
                .build();
    }

    /** One that has what a boot image needs. */
    public static byte[] with(String commandLine, String initrd) throws IOException {
        return UkiBuilder.of(TinyEfiProgram.bytes())
                .section(".cmdline", ascii(commandLine))
                .section(".linux", kernel())
                .section(".initrd", ascii(initrd))
                .build();
    }

    public static byte[] kernel() {
        return TinyEfiProgram.bytes();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
