package io.keelson.payload.generate;

import com.github.luben.zstd.ZstdCompressCtx;

import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.Sha256;

/** Makes the smallest operation out of one chunk; each call is independent of every other. */
final class ChunkCompressor {
    private ChunkCompressor() {}

    /**
     * @param chunk whole blocks
     */
    static Chunk compress(byte[] chunk, int level) {
        if (isZero(chunk)) {
            return new Chunk(OperationType.ZERO, chunk.length, new byte[0]);
        }
        byte[] compressed = zstd(chunk, level);
        return compressed.length < chunk.length
                ? new Chunk(OperationType.REPLACE_ZSTD, chunk.length, compressed)
                : new Chunk(OperationType.REPLACE, chunk.length, chunk);
    }

    private static byte[] zstd(byte[] chunk, int level) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            // The decoder needs the content size; the hash in the manifest makes a checksum waste.
            return context.setLevel(level).setContentSize(true).setChecksum(false).compress(chunk);
        }
    }

    private static boolean isZero(byte[] chunk) {
        for (byte b : chunk) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** One operation's data, and how many bytes of the partition it stands for. */
    static final class Chunk {
        private final OperationType type;
        private final int contentBytes;
        private final byte[] data;
        private final Sha256 sha256;

        Chunk(OperationType type, int contentBytes, byte[] data) {
            this.type = type;
            this.contentBytes = contentBytes;
            this.data = data;
            this.sha256 = Sha256.of(Sha256.digest(data));
        }

        OperationType type() {
            return type;
        }

        int contentBytes() {
            return contentBytes;
        }

        byte[] data() {
            return data;
        }

        Sha256 sha256() {
            return sha256;
        }
    }
}
