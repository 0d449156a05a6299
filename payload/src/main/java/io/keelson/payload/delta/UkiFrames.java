package io.keelson.payload.delta;

import io.keelson.disk.pe.PeFile;
import io.keelson.disk.pe.PeSection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds the zstd frames in a unified kernel image: the initrd, and the one inside the kernel
 * (Linux, Documentation/arch/x86/boot.rst, payload_offset and payload_length).
 */
final class UkiFrames {
    private static final String KERNEL = ".linux";
    private static final String INITRD = ".initrd";
    private static final int SETUP_SECTORS_AT = 0x1F1;
    private static final int HEADER_MAGIC_AT = 0x202;
    private static final int HEADER_MAGIC = 0x53726448;
    private static final int PAYLOAD_OFFSET_AT = 0x248;
    private static final int HEADER_END = 0x260;
    private static final int SECTOR_BYTES = 512;

    private UkiFrames() {}

    /** A frame's place in the image. */
    record Place(int offset, int bytes) {
        int end() {
            return offset + bytes;
        }
    }

    /**
     * Frames by the name of their section; none in a file that is no PE image.
     *
     * @param size bytes of the image; more may follow
     */
    static Map<String, Place> of(byte[] uki, long size) {
        Map<String, Place> frames = new TreeMap<>();
        try {
            PeFile file = PeFile.parse(Arrays.copyOf(uki, Math.toIntExact(size)));
            for (PeSection section : file.sections()) {
                int start = (int) section.rawOffset();
                int end = (int) (section.rawOffset() + section.rawSize());
                if (section.name().equals(KERNEL)) {
                    start = payload(uki, start, end);
                } else if (!section.name().equals(INITRD)) {
                    continue;
                }
                int bytes = start < end ? JniFrames.size(uki, start, end - start) : 0;
                if (bytes > 0) {
                    frames.put(section.name(), new Place(start, bytes));
                }
            }
        } catch (IOException _) {
            return Map.of();
        }
        return frames;
    }

    private static int payload(byte[] uki, int start, int end) {
        ByteBuffer kernel = ByteBuffer.wrap(uki).order(ByteOrder.LITTLE_ENDIAN);
        if (end - start < HEADER_END || kernel.getInt(start + HEADER_MAGIC_AT) != HEADER_MAGIC) {
            return end;
        }
        int setup = Byte.toUnsignedInt(kernel.get(start + SETUP_SECTORS_AT));
        long offset =
                (setup + 1L) * SECTOR_BYTES
                        + Integer.toUnsignedLong(kernel.getInt(start + PAYLOAD_OFFSET_AT));
        return (int) Math.min(end, start + offset);
    }
}
