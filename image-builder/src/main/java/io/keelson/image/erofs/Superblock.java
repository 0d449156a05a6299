package io.keelson.image.erofs;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The EROFS superblock, 128 bytes at byte 1024 of the image (Linux, fs/erofs/erofs_fs.h, {@code
 * struct erofs_super_block}).
 */
record Superblock(
        int rootNid, long inodes, long blocks, long epochSeconds, UUID uuid, String volumeName) {
    static final int OFFSET_BYTES = 1024;
    static final int SIZE_BYTES = 128;
    static final int BLOCK_BYTES = 4096;
    private static final int MAGIC = 0xE0F5E1E2;
    private static final int BLOCK_SIZE_BITS = 12;
    private static final int COMPAT_CHECKSUM_AND_MTIME = 3;
    private static final int CHECKSUM_AT = OFFSET_BYTES + 4;
    private static final int VOLUME_NAME_BYTES = 16;

    /** Writes the superblock into the first block, which holds inodes already, and sums it up. */
    void writeInto(ByteBuffer firstBlock) {
        ByteBuffer out = firstBlock.duplicate().order(firstBlock.order()).position(OFFSET_BYTES);
        out.putInt(MAGIC).putInt(0).putInt(COMPAT_CHECKSUM_AND_MTIME);
        out.put((byte) BLOCK_SIZE_BITS).put((byte) 0).putShort((short) rootNid);
        out.putLong(inodes).putLong(epochSeconds).putInt(0);
        out.putInt((int) blocks).putInt(0).putInt(0);
        for (int half = 0; half < 2; half++) {
            long bits = half == 0 ? uuid.getMostSignificantBits() : uuid.getLeastSignificantBits();
            out.putLong(Long.reverseBytes(bits));
        }
        byte[] name = volumeName.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        out.put(name, 0, Math.min(name.length, VOLUME_NAME_BYTES));
        CRC32C sum = new CRC32C();
        sum.update(
                firstBlock.array(),
                firstBlock.arrayOffset() + OFFSET_BYTES,
                BLOCK_BYTES - OFFSET_BYTES);
        // The kernel's crc32c has no final inversion; java.util.zip's has one.
        firstBlock.putInt(CHECKSUM_AT, (int) ~sum.getValue());
    }
}
