package io.keelson.payload.repack;

import io.keelson.host.zstd.ZstdDecoder;
import io.keelson.host.zstd.ZstdOutputStream;
import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.PatchNumbers;
import io.keelson.payload.patch.PatchSink;
import io.keelson.payload.patch.SourceBytes;
import io.keelson.payload.patch.SplitBsdiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A patch that looks inside: between source and result with their zstd frames unpacked, because a
 * small change of a kernel changes most of its compressed bytes. What comes out is packed again,
 * bit for bit as it was.
 *
 * <pre>
 *   patch   format 2 (1 byte), frames of the source, frames of the result, then a
 *           {@link SplitBsdiff} patch between both unpacked
 * </pre>
 */
public final class Repack {
    /** Most bytes that the frames of the source, and those of the result, unpack to. */
    public static final long UNPACKED_BYTES_MAX = 256L << 20;

    /**
     * Memory this takes for a Debian kernel: 0.8 GiB for compressing with level 22 and the old
     * kernel unpacked.
     */
    static final long MEMORY_KIB_MIN = 1200L << 10;

    static final int FORMAT = 2;

    /** The library whose frames can be made again. */
    private static final int ZSTD_VERSION = 10507;

    private static final String AVAILABLE = "MemAvailable:";

    private Repack() {}

    /**
     * Whether this machine can apply such patches: it has exactly the library, and now the memory.
     *
     * @param memoryFacts {@code /proc/meminfo}
     */
    public static boolean isPossible(Path memoryFacts) {
        return ZstdDecoder.available()
                && ZstdOutputStream.libraryVersion() == ZSTD_VERSION
                && hasMemory(memoryFacts);
    }

    static boolean hasMemory(Path memoryFacts) {
        try (Stream<String> lines = Files.lines(memoryFacts)) {
            return lines.filter(line -> line.matches(AVAILABLE + " +[0-9]{1,15} kB"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .anyMatch(amount -> Long.parseLong(amount) >= MEMORY_KIB_MIN);
        } catch (IOException e) {
            System.getLogger(Repack.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "memory is unknown, so no repacking file={0} error={1}",
                            memoryFacts,
                            e.getMessage());
            return false;
        }
    }

    /**
     * Applies a patch with the system's library.
     *
     * @param patch all that remains of it is the patch; its position moves
     * @param newSize exactly what the patch must make
     * @throws PatchException when the patch is malformed, does not fit the source, or the library
     *     does not make the frames it was made for
     */
    public static void apply(SourceBytes old, ByteBuffer patch, long newSize, PatchSink out)
            throws IOException {
        apply(old, patch, newSize, out, FramePacker.SYSTEM);
    }

    /** Applies a patch with another packer, where the system's library is of another version. */
    public static void apply(
            SourceBytes old, ByteBuffer patch, long newSize, PatchSink out, FramePacker packer)
            throws IOException {
        int format = (int) PatchNumbers.read(patch, "the format", 0x7F);
        if (format != FORMAT) {
            throw new PatchException("the repacking patch has the unknown format " + format);
        }
        List<PackedFrame> oldFrames = PackedFrame.readAll(patch, old.size(), UNPACKED_BYTES_MAX);
        List<PackedFrame> newFrames = PackedFrame.readAll(patch, newSize, UNPACKED_BYTES_MAX);
        for (PackedFrame frame : newFrames) {
            if (frame.settings().level() == 0) {
                throw new PatchException(
                        "the frame at %d of the result has no level".formatted(frame.offset()));
            }
        }
        try (UnpackedSource source = UnpackedSource.of(old, oldFrames);
                PackingSink sink = new PackingSink(out, packer, newFrames, newSize)) {
            long unpacked = PackedFrame.unpackedSize(newSize, newFrames);
            SplitBsdiff.apply(source, patch, unpacked, sink);
            sink.finish();
        }
    }
}
