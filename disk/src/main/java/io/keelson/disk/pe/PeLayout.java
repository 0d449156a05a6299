package io.keelson.disk.pe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Places of the header fields this package reads or changes (Microsoft PE format, PE32+).
 *
 * @param pe offset of the "PE\0\0" signature
 * @param sectionCount number of section headers
 * @param sectionTable offset of the first section header
 */
record PeLayout(int pe, int sectionCount, int sectionTable) {
    static final int SECTION_HEADER_BYTES = 40;

    /** Index 4 of the data directories: file offset and size of the attribute certificates. */
    private static final int CERTIFICATE_DIRECTORY = 4;

    private static final int DOS_MAGIC = 0x5A4D;
    private static final int PE_MAGIC = 0x00004550;
    private static final int PE32_PLUS = 0x20B;
    private static final int COFF_BYTES = 24;
    private static final int DIRECTORIES = 112;

    static PeLayout of(ByteBuffer image) throws IOException {
        image.order(ByteOrder.LITTLE_ENDIAN);
        require(image.limit() >= 64 && image.getShort(0) == DOS_MAGIC, "no MZ header");
        int pe = image.getInt(0x3C);
        require(pe >= 0 && pe <= image.limit() - COFF_BYTES - DIRECTORIES, "no PE header");
        require(image.getInt(pe) == PE_MAGIC, "no PE signature");
        int count = Short.toUnsignedInt(image.getShort(pe + 6));
        int optionalBytes = Short.toUnsignedInt(image.getShort(pe + 20));
        require(image.getShort(pe + COFF_BYTES) == PE32_PLUS, "not PE32+");
        require(
                image.getInt(pe + COFF_BYTES + 108) > CERTIFICATE_DIRECTORY
                        && optionalBytes >= DIRECTORIES + 8 * (CERTIFICATE_DIRECTORY + 1),
                "no certificate directory");
        int table = pe + COFF_BYTES + optionalBytes;
        require(
                (long) table + (long) count * SECTION_HEADER_BYTES <= image.limit(),
                "section headers pass the end of the file");
        return new PeLayout(pe, count, table);
    }

    private static void require(boolean condition, String damage) throws IOException {
        if (!condition) {
            throw new IOException("not a PE32+ image: " + damage);
        }
    }

    int sectionHeader(int index) {
        return sectionTable + index * SECTION_HEADER_BYTES;
    }

    int machine() {
        return pe + 4;
    }

    int numberOfSections() {
        return pe + 6;
    }

    int timeDateStamp() {
        return pe + 8;
    }

    int pointerToSymbolTable() {
        return pe + 12;
    }

    int sizeOfInitializedData() {
        return pe + COFF_BYTES + 8;
    }

    int sectionAlignment() {
        return pe + COFF_BYTES + 32;
    }

    int fileAlignment() {
        return pe + COFF_BYTES + 36;
    }

    int sizeOfImage() {
        return pe + COFF_BYTES + 56;
    }

    int sizeOfHeaders() {
        return pe + COFF_BYTES + 60;
    }

    int checkSum() {
        return pe + COFF_BYTES + 64;
    }

    int dllCharacteristics() {
        return pe + COFF_BYTES + 70;
    }

    int certificateDirectory() {
        return pe + COFF_BYTES + DIRECTORIES + 8 * CERTIFICATE_DIRECTORY;
    }
}
