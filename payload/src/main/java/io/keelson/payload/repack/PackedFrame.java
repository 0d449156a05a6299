package io.keelson.payload.repack;

import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.PatchNumbers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A zstd frame inside other bytes.
 *
 * @param offset bytes before it
 * @param packed bytes of the frame
 * @param unpacked bytes of its content
 */
public record PackedFrame(long offset, int packed, int unpacked, FrameSettings settings) {
    static final int FRAMES_MAX = 64;
    private static final long OFFSET_MAX = 1L << 30;

    public long end() {
        return offset + packed;
    }

    /** A table: count, then for each frame distance from the last one, sizes, settings. */
    public static void writeAll(ByteArrayOutputStream out, List<PackedFrame> frames) {
        PatchNumbers.write(out, frames.size());
        long end = 0;
        for (PackedFrame frame : frames) {
            PatchNumbers.write(out, frame.offset - end);
            PatchNumbers.write(out, frame.packed);
            PatchNumbers.write(out, frame.unpacked);
            PatchNumbers.write(out, frame.settings.number());
            end = frame.end();
        }
    }

    /** Reads a table of frames that lie within {@code size} bytes and unpack to so many at most. */
    static List<PackedFrame> readAll(ByteBuffer patch, long size, long unpackedMax)
            throws PatchException {
        int count = (int) PatchNumbers.read(patch, "the number of frames", FRAMES_MAX);
        List<PackedFrame> frames = new ArrayList<>();
        long end = 0;
        long unpackedRest = unpackedMax;
        for (int i = 0; i < count; i++) {
            long offset = end + PatchNumbers.read(patch, "the place of a frame", OFFSET_MAX);
            int packed = (int) PatchNumbers.read(patch, "the size of a frame", OFFSET_MAX);
            int unpacked = (int) PatchNumbers.read(patch, "the content of a frame", unpackedRest);
            int settings = (int) PatchNumbers.read(patch, "a setting", FrameSettings.NUMBER_MAX);
            end = offset + packed;
            unpackedRest -= unpacked;
            if (packed == 0 || end > size) {
                throw new PatchException(
                        "the patch has a frame of %d bytes at %d of %d bytes"
                                .formatted(packed, offset, size));
            }
            frames.add(new PackedFrame(offset, packed, unpacked, FrameSettings.of(settings)));
        }
        return frames;
    }

    /** How long so many bytes become when these frames of theirs are unpacked. */
    public static long unpackedSize(long size, List<PackedFrame> frames) {
        long result = size;
        for (PackedFrame frame : frames) {
            result += frame.unpacked - frame.packed;
        }
        return result;
    }
}
