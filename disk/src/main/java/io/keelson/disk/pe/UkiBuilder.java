package io.keelson.disk.pe;

import java.io.IOException;

/** Adds sections to systemd's stub to make a unified kernel image. */
public final class UkiBuilder {
    private UkiBuilder() {}

    public static UkiBuilder of(byte[] stub) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Adds a section; order of calls is order in the file. */
    public UkiBuilder section(String name, byte[] content) {
        throw new UnsupportedOperationException();
    }

    public byte[] build() throws IOException {
        throw new UnsupportedOperationException();
    }
}
