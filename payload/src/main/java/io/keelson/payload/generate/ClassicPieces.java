package io.keelson.payload.generate;

import io.keelson.payload.manifest.OperationType;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** The operations that every reader of a format knows. */
enum ClassicPieces implements PieceEncoder {
    /** As in AOSP's full payloads; its decoder knows no check but CRC32. */
    XZ_OR_RAW(OperationType.REPLACE_XZ) {
        @Override
        OutputStream compressor(OutputStream out) throws IOException {
            LZMA2Options options = new LZMA2Options(XZ_PRESET);
            // A larger one would cost the reader memory for nothing.
            options.setDictSize(PartitionCompressor.PIECE_BYTES);
            return new XZOutputStream(out, options, XZ.CHECK_CRC32);
        }
    },
    /** As in payloads of major version 1. */
    BZIP2_OR_RAW(OperationType.REPLACE_BZ) {
        @Override
        OutputStream compressor(OutputStream out) throws IOException {
            return new BZip2CompressorOutputStream(out);
        }
    };

    private static final int XZ_PRESET = 8;

    private final OperationType compressed;

    ClassicPieces(OperationType compressed) {
        this.compressed = compressed;
    }

    abstract OutputStream compressor(OutputStream out) throws IOException;

    @Override
    public Encoded encode(Piece piece) throws IOException {
        // What is shorter than its blocks is filled up by the reader, and cut off by some.
        byte[] content = Arrays.copyOf(piece.content(), piece.length());
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (OutputStream out = compressor(data)) {
            out.write(content);
        }
        return data.size() < content.length
                ? new Encoded(compressed, data.toByteArray())
                : new Encoded(OperationType.REPLACE, content);
    }

    @Override
    public boolean looksBack() {
        return false;
    }

    @Override
    public boolean padsPartitions() {
        return this == XZ_OR_RAW;
    }
}
