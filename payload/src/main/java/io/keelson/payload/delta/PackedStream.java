package io.keelson.payload.delta;

import com.github.luben.zstd.ZstdCompressCtx;

import io.keelson.payload.patch.StreamCodec;

/** A stream of a patch, compressed. */
final class PackedStream {
    private static final int ZSTD_LEVEL = 19;

    /** What hosts accept. */
    private static final int WINDOW_LOG_MAX = 23;

    private final StreamCodec codec;
    private final byte[] bytes;
    private final long unpacked;

    PackedStream(StreamCodec codec, byte[] bytes, long unpacked) {
        this.codec = codec;
        this.bytes = bytes;
        this.unpacked = unpacked;
    }

    static PackedStream smallest(byte[] content) {
        byte[] zstd = zstd(content);
        return zstd.length < content.length
                ? new PackedStream(StreamCodec.ZSTD, zstd, content.length)
                : new PackedStream(StreamCodec.STORED, content, content.length);
    }

    private static byte[] zstd(byte[] content) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return context.setLevel(ZSTD_LEVEL)
                    .setWindowLog(Math.min(WINDOW_LOG_MAX, windowLog(content.length)))
                    .setChecksum(false)
                    .setContentSize(false)
                    .compress(content);
        }
    }

    private static int windowLog(int bytes) {
        return Math.max(10, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes - 1)));
    }

    StreamCodec codec() {
        return codec;
    }

    byte[] bytes() {
        return bytes;
    }

    long unpacked() {
        return unpacked;
    }
}
