package io.keelson.image.erofs;

import io.keelson.image.compress.Compression;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The EROFS superblock, 128 bytes at byte 1024 of the image (Linux, fs/erofs/erofs_fs.h, {@code
 * struct erofs_super_block}).
 */
record Superblock(
        int rootNid, long inodes, long blocks, long epochSeconds, Compression compression) {
    /** One identity for all our images: it names the product, not the release. */
    private static final UUID FILE_SYSTEM_UUID =
            UUID.fromString("b1c4f8a6-6f0e-4e5b-9c4e-65726f667300");

    private static final String VOLUME_NAME = "keelson-usr";
    static final int OFFSET_BYTES = 1024;
    static final int SIZE_BYTES = 128;
    static final int BLOCK_BYTES = 4096;
    private static final int MAGIC = 0xE0F5E1E2;
    private static final int BLOCK_SIZE_BITS = 12;
    private static final int COMPAT_CHECKSUM_AND_MTIME = 3;
    private static final int CHECKSUM_AT = OFFSET_BYTES + 4;
    private static final int VOLUME_NAME_AT = OFFSET_BYTES + 64;
    private static final int INCOMPAT_AT = OFFSET_BYTES + 80;
    private static final int ZERO_PADDING_AND_COMPRESSION_SETTINGS = 3;
    private static final int LZ4_DISTANCE = 65535;

    /** Room behind the superblock for the settings of one algorithm, in units of an inode. */
    private static final int SETTINGS_BYTES = 32;

    /** Where the first inode can be. */
    static int end(Compression compression) {
        int settings = compression == Compression.NONE ? 0 : SETTINGS_BYTES;
        return OFFSET_BYTES + SIZE_BYTES + settings;
    }

    /** What the superblock in the first block of an image says; empty if it is none of ours. */
    static Optional<Compression> compression(ByteBuffer firstBlock) {
        if (firstBlock.limit() < OFFSET_BYTES + SIZE_BYTES
                || firstBlock.getInt(OFFSET_BYTES) != MAGIC) {
            return Optional.empty();
        }
        if (firstBlock.getInt(INCOMPAT_AT) == 0) {
            return Optional.of(Compression.NONE);
        }
        int algorithms = firstBlock.getShort(INCOMPAT_AT + 4);
        return Arrays.stream(Compression.values())
                .filter(each -> each != Compression.NONE && algorithms == 1 << each.erofsNumber())
                .findFirst();
    }

    /** Writes the superblock into the first block, which holds inodes already, and sums it up. */
    void writeInto(ByteBuffer firstBlock) {
        ByteBuffer out = firstBlock.duplicate().order(firstBlock.order()).position(OFFSET_BYTES);
        out.putInt(MAGIC).putInt(0).putInt(COMPAT_CHECKSUM_AND_MTIME);
        out.put((byte) BLOCK_SIZE_BITS).put((byte) 0).putShort((short) rootNid);
        out.putLong(inodes).putLong(epochSeconds).putInt(0);
        out.putInt((int) blocks).putInt(0).putInt(0);
        for (int half = 0; half < 2; half++) {
            long bits =
                    half == 0
                            ? FILE_SYSTEM_UUID.getMostSignificantBits()
                            : FILE_SYSTEM_UUID.getLeastSignificantBits();
            out.putLong(Long.reverseBytes(bits));
        }
        out.position(VOLUME_NAME_AT).put(VOLUME_NAME.getBytes(StandardCharsets.US_ASCII));
        putCompression(out);
        CRC32C sum = new CRC32C();
        sum.update(
                firstBlock.array(),
                firstBlock.arrayOffset() + OFFSET_BYTES,
                BLOCK_BYTES - OFFSET_BYTES);
        // The kernel's crc32c has no final inversion; java.util.zip's has one.
        firstBlock.putInt(CHECKSUM_AT, (int) ~sum.getValue());
    }

    /**
     * The features a kernel must know, the algorithms as bits, and behind the superblock the
     * settings: a length and {@code struct z_erofs_lz4_cfgs} or {@code z_erofs_zstd_cfgs}.
     */
    private void putCompression(ByteBuffer out) {
        if (compression == Compression.NONE) {
            return;
        }
        out.position(INCOMPAT_AT).putInt(ZERO_PADDING_AND_COMPRESSION_SETTINGS);
        out.putShort((short) (1 << compression.erofsNumber()));
        out.position(OFFSET_BYTES + SIZE_BYTES);
        switch (compression) {
            case NONE -> throw new IllegalStateException("handled above");
            case LZ4 ->
                    out.putShort((short) 14)
                            .putShort((short) LZ4_DISTANCE)
                            .putShort((short) compression.blocksMax());
            // Format 0; the window as a power of two beyond 1024 bytes.
            case ZSTD ->
                    out.putShort((short) 6)
                            .put((byte) 0)
                            .put((byte) (compression.windowLog() - 10));
        }
    }
}
