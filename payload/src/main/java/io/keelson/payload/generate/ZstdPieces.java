package io.keelson.payload.generate;

import com.github.luben.zstd.ZstdCompressCtx;

import io.keelson.payload.manifest.OperationType;

/** Keelson's own payloads: zstd, looking back where earlier content helps. */
record ZstdPieces(int level) implements PieceEncoder {
    /** From this level on zstd searches binary trees, and wants them to hold history and piece. */
    private static final int TREE_LEVEL_MIN = 13;

    /** Piece and history fit in 4 MiB. */
    private static final int WINDOW_LOG = 22;

    /** What a raw dictionary must not start with, or zstd takes it for a trained one. */
    private static final int DICTIONARY_MAGIC = 0xec30_a437;

    @Override
    public Encoded encode(Piece piece) {
        if (piece.isZero()) {
            return new Encoded(OperationType.ZERO, new byte[0]);
        }
        byte[] content = piece.content();
        byte[] data;
        OperationType type;
        if (piece.history().length > 0 && !startsWithMagic(piece.history())) {
            type = OperationType.ZSTD_HISTORY;
            data = compress(content, piece.history());
        } else {
            type = OperationType.REPLACE_ZSTD;
            data = compress(content, new byte[0]);
        }
        if (data.length >= content.length) {
            return new Encoded(OperationType.REPLACE, content);
        }
        return type == OperationType.ZSTD_HISTORY
                ? new Encoded(type, data, piece.historyExtents())
                : new Encoded(type, data);
    }

    @Override
    public boolean looksBack() {
        return true;
    }

    @Override
    public boolean padsPartitions() {
        return false;
    }

    private byte[] compress(byte[] content, byte[] history) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            // The decoder needs the content size; the hash in the manifest makes a checksum waste.
            context.setLevel(level).setContentSize(true).setChecksum(false).setDictID(false);
            if (history.length > 0) {
                // Without these zstd sizes its tables for the history alone.
                context.setWindowLog(WINDOW_LOG);
                if (level >= TREE_LEVEL_MIN) {
                    context.setChainLog(WINDOW_LOG).setHashLog(WINDOW_LOG);
                }
                context.loadDict(history);
            }
            return context.compress(content);
        }
    }

    private static boolean startsWithMagic(byte[] history) {
        return ((history[0] & 0xff)
                        | ((history[1] & 0xff) << 8)
                        | ((history[2] & 0xff) << 16)
                        | ((history[3] & 0xff) << 24))
                == DICTIONARY_MAGIC;
    }
}
