package io.keelson.image.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/**
 * Zstandard frames. The library cannot be told to fill so many bytes and stop, so a piece is
 * compressed, and once more with as much content as should fill what is left of its last block.
 */
final class ZstdEncoder implements ClusterEncoder {
    static final int WINDOW_LOG = 18;

    private static final int CONTENT_MAX = 1 << WINDOW_LOG;

    /** What does not get smaller is not stored as a frame. */
    static final int BLOCKS_MAX = CONTENT_MAX / BLOCK_BYTES;

    private static final int LEVEL = 9;
    private static final int FIRST_TRY = 192 << 10;
    private static final int TRIES_MAX = 2;

    /** Less room than this in the last block is not worth another try. */
    private static final int WASTE_WORTH = 192;

    private final ZstdCompressCtx context =
            new ZstdCompressCtx().setLevel(LEVEL).setContentSize(true).setChecksum(false);
    private byte[] best = new byte[Math.toIntExact(Zstd.compressBound(CONTENT_MAX))];
    private byte[] next = new byte[best.length];

    @Override
    public Cluster encode(byte[] content, int from, int to) {
        int rest = Math.min(to - from, CONTENT_MAX);
        int size = Math.min(rest, FIRST_TRY);
        int length = compress(content, from, size, best);
        for (int tries = 1; tries < TRIES_MAX && size < rest; tries++) {
            int waste = roundUp(length) - length;
            if (waste < WASTE_WORTH) {
                break;
            }
            // A little less than the ratio so far promises, or the try is lost to a few bytes.
            int more = (int) ((long) waste * size / length * 15 / 16);
            int longer = Math.min(rest, size + more);
            int result = compress(content, from, longer, next);
            if (roundUp(result) > roundUp(length)) {
                break;
            }
            byte[] swap = best;
            best = next;
            next = swap;
            size = longer;
            length = result;
        }
        return new Cluster(size, best, length);
    }

    @Override
    public void close() {
        context.close();
    }

    private int compress(byte[] content, int from, int size, byte[] out) {
        return context.compressByteArray(out, 0, out.length, content, from, size);
    }

    private static int roundUp(int bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }
}
