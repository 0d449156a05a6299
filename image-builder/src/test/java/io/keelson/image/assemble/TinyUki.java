package io.keelson.image.assemble;

import io.keelson.disk.pe.UkiBuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A boot image that has nothing but a command line. */
public final class TinyUki {
    private TinyUki() {}

    public static byte[] with(String commandLine) throws IOException {
        return UkiBuilder.of(TinyEfiProgram.bytes())
                .section(".cmdline", commandLine.getBytes(StandardCharsets.US_ASCII))
                .build();
    }
}
