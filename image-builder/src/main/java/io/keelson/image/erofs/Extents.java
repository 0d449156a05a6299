package io.keelson.image.erofs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Where the pieces of a compressed file are, as the kernel looks them up: one index of 8 bytes for
 * each 4096 bytes of content (erofs_fs.h: {@code struct z_erofs_map_header}, {@code struct
 * z_erofs_lcluster_index}; full indexes, which every kernel since 5.4 reads).
 *
 * <pre>
 * map header  u32 0 | u16 advise | u8 algorithm | u8 0 | 8 bytes unused
 * head        u16 type | u16 place of the piece's start in these 4096 bytes | u32 first block
 * not a head  u16 type | u16 ... | u16 distance back to the head | u16 distance to the next head;
 *             the first one behind a head has the number of the piece's blocks instead of a distance
 * </pre>
 *
 * A piece that starts in the middle of its 4096 bytes must reach beyond them, because there is one
 * index for them and it can name one head.
 */
record Extents(int algorithm, long scratchOffset, List<Piece> pieces) {
    static final int HEADER_BYTES = 16;
    private static final int INDEX_BYTES = 8;
    private static final int ADVISE_BIG_CLUSTERS = 2;
    private static final short PLAIN = 0;
    private static final short HEAD = 1;
    private static final short NOT_HEAD = 2;
    private static final int IS_BLOCK_COUNT = 1 << 11;

    /**
     * A part of the content.
     *
     * @param stored whether it takes one block as it is, or is compressed
     */
    record Piece(int contentBytes, int blocks, boolean stored) {}

    Extents {
        pieces = List.copyOf(pieces);
    }

    int blocks() {
        return pieces.stream().mapToInt(Piece::blocks).sum();
    }

    /** Bytes of header and indexes for a file of this size. */
    static int mapBytes(long size) {
        long indexes = (size + Superblock.BLOCK_BYTES - 1) / Superblock.BLOCK_BYTES;
        return Math.toIntExact(HEADER_BYTES + indexes * INDEX_BYTES);
    }

    /** Header and indexes of a file whose first piece is at a block. */
    byte[] map(long size, long firstBlock) {
        ByteBuffer out = ByteBuffer.allocate(mapBytes(size)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).putShort((short) ADVISE_BIG_CLUSTERS);
        out.put((byte) algorithm).put((byte) 0).putLong(0);
        long block = firstBlock;
        int start = 0;
        for (Piece piece : pieces) {
            int end = start + piece.contentBytes;
            putHead(out, piece, start, block);
            int clusters = end / Superblock.BLOCK_BYTES;
            for (int back = 1; back < clusters; back++) {
                int distance =
                        back == 1
                                ? piece.blocks | IS_BLOCK_COUNT
                                : Math.min(back, IS_BLOCK_COUNT - 1);
                out.putShort(NOT_HEAD).putShort((short) start);
                out.putShort((short) distance).putShort((short) (clusters - back));
            }
            // A piece that ends within its first 4096 bytes is the last one, and nothing follows.
            start = clusters == 0 ? 0 : end % Superblock.BLOCK_BYTES;
            block += piece.blocks;
        }
        if (start > 0) {
            out.putShort(PLAIN).putShort((short) start).putInt(0);
        }
        return out.array();
    }

    private static void putHead(ByteBuffer out, Piece piece, int start, long block) {
        out.putShort(piece.stored ? PLAIN : HEAD).putShort((short) start).putInt((int) block);
    }
}
