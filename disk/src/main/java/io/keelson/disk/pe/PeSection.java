package io.keelson.disk.pe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One section header.
 *
 * @param virtualAddress where it is loaded, from the image's base
 * @param virtualSize exact length of its content
 * @param rawOffset place in the file
 * @param rawSize space in the file, padded; 0 for memory that is only zeroed
 * @param characteristics IMAGE_SCN_ flags
 */
public record PeSection(
        String name,
        long virtualAddress,
        long virtualSize,
        long rawOffset,
        long rawSize,
        int characteristics) {
    static final int NAME_BYTES = 8;

    static PeSection decode(ByteBuffer image, int header) {
        byte[] name = new byte[NAME_BYTES];
        image.get(header, name);
        String text = new String(name, StandardCharsets.US_ASCII);
        int end = text.indexOf('\0');
        return new PeSection(
                end < 0 ? text : text.substring(0, end),
                Integer.toUnsignedLong(image.getInt(header + 12)),
                Integer.toUnsignedLong(image.getInt(header + 8)),
                Integer.toUnsignedLong(image.getInt(header + 20)),
                Integer.toUnsignedLong(image.getInt(header + 16)),
                image.getInt(header + 36));
    }

    /** Writes the fields; relocations and line numbers of object files are none. */
    void encode(ByteBuffer image, int header) {
        image.put(header, new byte[PeLayout.SECTION_HEADER_BYTES]);
        image.put(header, name.getBytes(StandardCharsets.US_ASCII));
        image.putInt(header + 8, (int) virtualSize);
        image.putInt(header + 12, (int) virtualAddress);
        image.putInt(header + 16, (int) rawSize);
        image.putInt(header + 20, (int) rawOffset);
        image.putInt(header + 36, characteristics);
    }

    /** Where the next section may be loaded at the earliest, before alignment. */
    long virtualEnd() {
        return virtualAddress + virtualSize;
    }

    long rawEnd() {
        return rawOffset + rawSize;
    }
}
