package io.keelson.payload.operation;

import io.keelson.host.bzip2.Bzip2InputStream;
import io.keelson.host.xz.XzInputStream;
import io.keelson.host.zstd.ZstdDecoder;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.patch.SourceBytes;
import io.keelson.payload.patch.SplitBsdiff;
import io.keelson.payload.patch.ZstdPatch;
import io.keelson.payload.repack.FramePacker;
import io.keelson.payload.repack.Repack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Executes operations one after the other; each passes on exactly the content of its blocks or
 * fails. The rules of the manifest have been checked; what data and sources hold has not. To be
 * used by one thread.
 */
public final class OperationExecutor implements AutoCloseable {
    /** Dictionary of {@code xz -7} and its tables; AOSP's generator stays far below. */
    private static final long XZ_MEMORY_BYTES_MAX = 20 << 20;

    private static final int COPY_BYTES = 64 << 10;

    private final ZstdDecoder zstd = new ZstdDecoder();
    private final StreamOpener brotli;
    private final FramePacker packer;
    private final byte[] copy = new byte[COPY_BYTES];

    /** An executor without the decompressors that no host carries. */
    public OperationExecutor() {
        this(StreamOpener.NONE);
    }

    /** The same with another library for zstd frames than the system's. */
    public OperationExecutor(FramePacker packer) {
        this(StreamOpener.NONE, packer);
    }

    public OperationExecutor(StreamOpener brotli) {
        this(brotli, FramePacker.SYSTEM);
    }

    private OperationExecutor(StreamOpener brotli, FramePacker packer) {
        this.brotli = brotli;
        this.packer = packer;
    }

    /**
     * Executes one operation.
     *
     * @param data direct, what remains of it is the operation's data
     * @param sink its buffers have room for the content of any replacing operation
     * @throws SourceMismatchException before anything is passed on, when the source is not the one
     *     the operation was made for
     */
    public void execute(
            InstallOperation operation, ByteBuffer data, Inputs inputs, ContentSink sink)
            throws IOException {
        long bytes = operation.blocks() * ManifestRules.BLOCK_SIZE;
        var out = new ExactSink(sink, bytes);
        switch (operation.type()) {
            case ZERO, DISCARD -> out.writeZeros();
            case REPLACE -> {
                out.write(data);
                out.writeZeros();
            }
            case REPLACE_ZSTD -> {
                ByteBuffer content = out.claim((int) bytes);
                int _ = zstd.decompress(data, content);
                out.passPadded(content);
            }
            case ZSTD_HISTORY -> {
                ByteBuffer content = out.claim((int) bytes);
                int _ = zstd.decompress(inputs.history().of(operation.history()), data, content);
                out.passPadded(content);
            }
            case REPLACE_BZ -> expand(new Bzip2InputStream(data), out);
            case REPLACE_XZ -> expand(new XzInputStream(data, XZ_MEMORY_BYTES_MAX), out);
            case SOURCE_COPY -> copySource(verified(operation, inputs), out);
            case SOURCE_BSDIFF, BROTLI_BSDIFF ->
                    Bsdiff.apply(verified(operation, inputs), data, bytes, brotli, out);
            case ZSTD_PATCH -> ZstdPatch.apply(verified(operation, inputs), data, bytes, out);
            case SPLIT_BSDIFF -> SplitBsdiff.apply(verified(operation, inputs), data, bytes, out);
            case REPACK -> Repack.apply(verified(operation, inputs), data, bytes, out, packer);
            case MOVE, BSDIFF, PUFFDIFF, ZUCCHINI, LZ4DIFF_BSDIFF, LZ4DIFF_PUFFDIFF ->
                    throw new IllegalStateException(operation.type() + " passed the rules");
        }
        out.finish();
    }

    @Override
    public void close() {
        zstd.close();
    }

    private void expand(InputStream opened, ExactSink out) throws IOException {
        try (InputStream in = opened) {
            for (int count = in.read(copy); count > 0; count = in.read(copy)) {
                out.write(ByteBuffer.wrap(copy, 0, count));
            }
        }
        out.writeZeros();
    }

    private static void copySource(ExtentBytes source, ExactSink out) throws IOException {
        for (long offset = 0; offset < source.size(); ) {
            ByteBuffer piece = out.claimUpTo(source.size() - offset);
            offset += piece.remaining();
            source.read(offset - piece.remaining(), piece);
            out.passPadded(piece);
        }
    }

    private static ExtentBytes verified(InstallOperation operation, Inputs inputs)
            throws IOException {
        ExtentBytes source = ExtentBytes.sourceOf(operation, inputs.source());
        // The rules demand a hash of every signed operation. Only a ChunkPlan makes operations
        // without
        // one, of blocks that it chose by their hashes.
        Optional<Sha256> expected = operation.source().sha256();
        if (expected.isPresent() && !source.matches(expected.get())) {
            throw new SourceMismatchException(
                    "the running slot does not hold what the operation builds on (block "
                            + operation.source().extents().getFirst().startBlock()
                            + ", "
                            + source.size()
                            + " bytes)");
        }
        return source;
    }

    /**
     * What an operation may read beside its data.
     *
     * @param source the running slot's partition
     */
    public record Inputs(SourceBytes source, HistoryBytes history) {}
}
