package io.keelson.payload.delta;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;

import io.keelson.payload.patch.FramePacker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Zstd frames as libzstd 1.5.7 makes them of a stream of unknown size, through zstd-jni, whatever
 * library the system has. A host uses {@link FramePacker#SYSTEM}.
 */
public final class JniFrames implements FramePacker {
    private static final int CONTENT_BYTES_MAX = 256 << 20;
    private static final int HEADER_CHECKSUM_BIT = 4;

    /** Levels worth a try, the likeliest first; the window in the frame's header rules most out. */
    private static final int[] LEVELS = {22, 15, 19, 3, 9, 12, 18, 21, 20, 10, 11, 13, 14, 16, 17};

    @Override
    public OutputStream open(OutputStream target, int level, boolean checksum) throws IOException {
        ZstdOutputStream out = new ZstdOutputStream(target, level);
        out.setChecksum(checksum);
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

    static boolean hasChecksum(byte[] bytes, int from) {
        return (bytes[from + 4] & HEADER_CHECKSUM_BIT) != 0;
    }

    /** The level that makes exactly this frame of its content. */
    static OptionalInt level(byte[] bytes, int from, int length, byte[] content)
            throws IOException {
        for (int level : LEVELS) {
            var comparison = new Comparison(bytes, from, length);
            try (OutputStream out =
                    new JniFrames().open(comparison, level, hasChecksum(bytes, from))) {
                for (int at = 0; at < content.length && comparison.isSame; at += Comparison.CHUNK) {
                    out.write(content, at, Math.min(Comparison.CHUNK, content.length - at));
                }
                if (!comparison.isSame) {
                    continue;
                }
            }
            if (comparison.isComplete()) {
                return OptionalInt.of(level);
            }
        }
        return OptionalInt.empty();
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
