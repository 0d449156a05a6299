package io.keelson.payload.delta;

import com.github.luben.zstd.ZstdCompressCtx;

import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.patch.ZstdPatch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes the smallest steps it knows out of a range. */
final class RangeEncoder {
    /** Memory of hosts: what replaces blocks is in memory whole. */
    private static final int REPLACED_BLOCKS_MAX = 512;

    /** Larger ranges are hardly ever smaller as a frame than as differences, and take long. */
    private static final int FRAME_BYTES_MAX = 512 << 10;

    private static final int ZSTD_LEVEL = 19;
    private static final int WINDOW_LOG_MAX = 24;
    private static final int DICTIONARY_MAGIC = 0xEC30A437;

    private final ImageFile old;
    private final ImageFile next;
    private final int level;

    RangeEncoder(ImageFile old, ImageFile next, int level) {
        this.old = old;
        this.next = next;
        this.level = level;
    }

    List<Step> encode(PlannedRange range) throws IOException {
        return switch (range) {
            case PlannedRange.Copied copied -> List.of(copy(copied));
            case PlannedRange.Changed changed when changed.sources().isEmpty() -> replace(changed);
            case PlannedRange.Changed changed -> patch(changed);
        };
    }

    private Step copy(PlannedRange.Copied range) throws IOException {
        Extent destination = new Extent(range.startBlock(), range.blocks());
        Sha256 hash = old.sha256(range.sources());
        if (!hash.equals(next.sha256(List.of(destination)))) {
            throw new IOException(
                    "two different blocks have one fingerprint near block " + range.startBlock());
        }
        return new Step(
                OperationType.SOURCE_COPY,
                destination,
                new InstallOperation.Source(range.sources(), Optional.of(hash)),
                new byte[0]);
    }

    private List<Step> patch(PlannedRange.Changed range) throws IOException {
        byte[] source = old.read(range.sources());
        byte[] content = next.read(range.startBlock(), range.blocks());
        OperationType type = OperationType.SPLIT_BSDIFF;
        byte[] data = SplitPatch.between(source, content);
        boolean isFrameTried =
                source.length <= ZstdPatch.BYTES_MAX
                        && (content.length <= FRAME_BYTES_MAX
                                || (content.length <= ZstdPatch.BYTES_MAX
                                        && data.length > content.length / 4));
        if (isFrameTried && magic(source) != DICTIONARY_MAGIC) {
            byte[] frame = frame(content, source);
            if (frame.length < data.length) {
                type = OperationType.ZSTD_PATCH;
                data = frame;
            }
        }
        if (data.length > content.length / 4) {
            List<Step> replacing = replace(range);
            if (replacing.stream().mapToLong(step -> step.data().length).sum() <= data.length) {
                return replacing;
            }
        }
        return List.of(
                new Step(
                        type,
                        new Extent(range.startBlock(), range.blocks()),
                        new InstallOperation.Source(
                                range.sources(), Optional.of(Sha256.of(Sha256.digest(source)))),
                        data));
    }

    private static int magic(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static byte[] frame(byte[] content, byte[] prefix) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            int both = Integer.SIZE - Integer.numberOfLeadingZeros(content.length + prefix.length);
            return context.setLevel(ZSTD_LEVEL)
                    .setWindowLog(Math.min(WINDOW_LOG_MAX, both))
                    .setChecksum(false)
                    .setContentSize(true)
                    .loadDict(prefix)
                    .compress(content);
        }
    }

    private List<Step> replace(PlannedRange.Changed range) throws IOException {
        List<Step> steps = new ArrayList<>();
        for (int done = 0; done < range.blocks(); done += REPLACED_BLOCKS_MAX) {
            int blocks = Math.min(REPLACED_BLOCKS_MAX, range.blocks() - done);
            int start = range.startBlock() + done;
            steps.add(replace(new Extent(start, blocks), next.read(start, blocks)));
        }
        return steps;
    }

    private Step replace(Extent destination, byte[] content) {
        byte[] packed;
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            packed =
                    context.setLevel(level)
                            .setContentSize(true)
                            .setChecksum(false)
                            .compress(content);
        }
        boolean isSmaller = packed.length < content.length;
        int end = content.length;
        while (end > 1 && content[end - 1] == 0) {
            end--;
        }
        return new Step(
                isSmaller ? OperationType.REPLACE_ZSTD : OperationType.REPLACE,
                destination,
                InstallOperation.Source.NONE,
                isSmaller ? packed : Arrays.copyOf(content, end));
    }
}
