package io.keelson.image.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A fixed VHD: the disk and a footer of 512 bytes (Microsoft, "Virtual Hard Disk Image Format
 * Specification", version 1.0). Azure takes no other format.
 */
final class FixedVhd {
    static final int FOOTER_BYTES = 512;

    /** What the format's readers take at most: 2040 GiB. */
    static final long DISK_BYTES_MAX = 2040L << 30;

    private static final int TYPE_FIXED = 2;
    private static final int CHECKSUM_AT = 64;
    private static final int CHUNK_BYTES = 1 << 16;

    /** Seconds since 2000 of 2026-01-01: fixed, so that the same disk gives the same bytes. */
    private static final int TIME = 820_454_400;

    private FixedVhd() {}

    static void write(Disk disk, Path out) throws IOException {
        long size = disk.sizeBytes();
        if (size > DISK_BYTES_MAX) {
            throw new IOException(
                    "a VHD holds at most %d GiB, this disk has %d bytes; make a smaller disk or a VHDX"
                            .formatted(DISK_BYTES_MAX >> 30, size));
        }
        try (NewFile file = NewFile.create(out)) {
            disk.forEachChunk(
                    CHUNK_BYTES,
                    (index, chunk) -> {
                        long offset = index * CHUNK_BYTES;
                        int length = (int) Math.min(chunk.length, size - offset);
                        file.write(offset, ByteBuffer.wrap(chunk, 0, length));
                    });
            file.write(size, footer(size, DiskIdentity.of(disk).uuid("vhd")));
        }
    }

    private static byte[] footer(long size, UUID id) {
        ByteBuffer b = ByteBuffer.allocate(FOOTER_BYTES);
        b.put(ascii("conectix")).putInt(2).putInt(0x00010000).putLong(-1L).putInt(TIME);
        // Readers take the size below for true, and not the geometry, where Windows is the creator.
        b.put(ascii("win ")).putInt(0x000A0000).put(ascii("Wi2k"));
        b.putLong(size).putLong(size).put(geometry(size)).putInt(TYPE_FIXED).putInt(0);
        b.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        int sum = 0;
        for (byte each : b.array()) {
            sum += Byte.toUnsignedInt(each);
        }
        return b.putInt(CHECKSUM_AT, ~sum).array();
    }

    /** Cylinders, heads and sectors as the specification's appendix computes them. */
    private static byte[] geometry(long size) {
        long sectors = Math.min(size / Disk.SECTOR_BYTES, 65535L * 16 * 255);
        long perTrack = 17;
        long heads;
        if (sectors >= 65535L * 16 * 63) {
            perTrack = 255;
            heads = 16;
        } else {
            heads = Math.max(4, (sectors / 17 + 1023) / 1024);
            if (sectors / 17 >= heads * 1024 || heads > 16) {
                perTrack = 31;
                heads = 16;
            }
            if (sectors / perTrack >= heads * 1024) {
                perTrack = 63;
                heads = 16;
            }
        }
        long cylinders = sectors / perTrack / heads;
        return ByteBuffer.allocate(4)
                .putShort((short) cylinders)
                .put((byte) heads)
                .put((byte) perTrack)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
