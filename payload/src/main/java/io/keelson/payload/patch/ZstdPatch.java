package io.keelson.payload.patch;

import io.keelson.host.zstd.ZstdDecoder;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A patch that is one zstd frame whose raw-content prefix is the source, as {@code zstd
 * --patch-from} makes it. Source and result are in memory whole.
 */
public final class ZstdPatch {
    /** Most bytes of source, and most of result. */
    public static final int BYTES_MAX = 8 << 20;

    private ZstdPatch() {}

    /**
     * Applies a patch.
     *
     * @param patch all that remains of it is the patch; its position moves
     * @param newSize exactly what the patch must make
     * @throws PatchException when the patch is malformed or does not fit the source
     */
    public static void apply(SourceBytes old, ByteBuffer patch, long newSize, PatchSink out)
            throws IOException {
        if (old.size() > BYTES_MAX || newSize > BYTES_MAX) {
            throw new PatchException(
                    "the zstd patch makes %d bytes out of %d; at most %d are accepted for each"
                            .formatted(newSize, old.size(), BYTES_MAX));
        }
        ByteBuffer prefix = ByteBuffer.allocateDirect((int) old.size());
        old.read(0, prefix);
        ByteBuffer result = ByteBuffer.allocateDirect((int) newSize);
        try (var decoder = new ZstdDecoder()) {
            decoder.decompress(prefix.flip(), patch, result);
        } catch (IOException e) {
            throw new PatchException("the zstd patch cannot be applied: " + e.getMessage(), e);
        }
        if (result.hasRemaining()) {
            throw new PatchException(
                    "the zstd patch makes %d bytes, not %d".formatted(result.position(), newSize));
        }
        out.write(result.flip());
    }
}
