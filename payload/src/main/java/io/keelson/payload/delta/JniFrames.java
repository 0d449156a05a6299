package io.keelson.payload.delta;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;

import io.keelson.payload.repack.FramePacker;
import io.keelson.payload.repack.FrameSettings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Zstd frames as libzstd 1.5.7 makes them of a stream of unknown size, through zstd-jni, whatever
 * library the system has. A host uses {@link FramePacker#SYSTEM}.
 */
public final class JniFrames implements FramePacker {
    private static final int CONTENT_BYTES_MAX = 256 << 20;
    private static final int HEADER_CHECKSUM_BIT = 4;

    @Override
    public OutputStream open(OutputStream target, FrameSettings settings) throws IOException {
        ZstdOutputStream out = new ZstdOutputStream(target, settings.level());
        out.setChecksum(settings.checksum());
        out.setWorkers(settings.threaded() ? 1 : 0);
        return out;
    }

    /** Size of the frame that starts here, 0 when none does. */
    static int size(byte[] bytes, int from, int length) {
        long size = Zstd.findFrameCompressedSize(bytes, from, length);
        return Zstd.isError(size) ? 0 : (int) size;
    }

    static byte[] unpack(byte[] bytes, int from, int length) throws IOException {
        var frame = new ByteArrayInputStream(bytes, from, length);
        try (InputStream in = new ZstdInputStream(frame)) {
            byte[] content = in.readNBytes(CONTENT_BYTES_MAX + 1);
            if (content.length > CONTENT_BYTES_MAX) {
                throw new IOException(
                        "a zstd frame holds more than %d bytes".formatted(CONTENT_BYTES_MAX));
            }
            return content;
        }
    }

    /** The settings that make exactly this frame of its content. */
    static Optional<FrameSettings> settings(byte[] bytes, int from, int length, byte[] content)
            throws IOException {
        boolean checksum = (bytes[from + 4] & HEADER_CHECKSUM_BIT) != 0;
        for (FrameSettings settings : likely(windowLog(bytes, from), checksum)) {
            var comparison = new Comparison(bytes, from, length);
            try (OutputStream out = new JniFrames().open(comparison, settings)) {
                for (int at = 0; at < content.length && comparison.isSame; at += Comparison.CHUNK) {
                    out.write(content, at, Math.min(Comparison.CHUNK, content.length - at));
                }
            }
            if (comparison.isComplete()) {
                return Optional.of(settings);
            }
        }
        return Optional.empty();
    }

    private static int windowLog(byte[] bytes, int from) {
        return 10 + (Byte.toUnsignedInt(bytes[from + 5]) >> 3);
    }

    /** What libzstd's table of levels has for a window, the likeliest first. */
    private static List<FrameSettings> likely(int windowLog, boolean checksum) {
        int[] levels =
                switch (windowLog) {
                    case 27 -> new int[] {22};
                    case 26 -> new int[] {21};
                    case 25 -> new int[] {20};
                    case 23 -> new int[] {19, 18, 17, 16};
                    case 22 -> new int[] {15, 16, 12, 9, 10, 11, 13, 14};
                    default -> new int[] {3, 1, 2, 4, 5, 6, 7, 8};
                };
        // Those above 19 come from the program (a kernel's build), others from the library.
        List<FrameSettings> result = new ArrayList<>();
        for (boolean threaded : new boolean[] {levels[0] > 19, levels[0] <= 19}) {
            for (int level : levels) {
                result.add(new FrameSettings(level, checksum, threaded));
            }
        }
        return result;
    }

    private static final class Comparison extends OutputStream {
        static final int CHUNK = 256 << 10;

        private final byte[] expected;
        private final int end;
        private int at;
        private boolean isSame = true;

        Comparison(byte[] expected, int from, int length) {
            this.expected = expected;
            this.at = from;
            this.end = from + length;
        }

        boolean isComplete() {
            return isSame && at == end;
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            isSame =
                    isSame
                            && length <= end - at
                            && Arrays.equals(
                                    bytes, offset, offset + length, expected, at, at + length);
            at += length;
        }
    }
}
