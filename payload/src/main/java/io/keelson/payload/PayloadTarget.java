package io.keelson.payload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where the content of one partition goes. */
public interface PayloadTarget {
    /**
     * Writes all remaining bytes.
     *
     * @param offset bytes from the start of the partition
     */
    void write(ByteBuffer bytes, long offset) throws IOException;

    /** Returns once everything written survives a power cut. */
    void force() throws IOException;

    /** Writes into an open file or device; the caller keeps owning it. */
    static PayloadTarget of(FileChannel channel) {
        return new PayloadTarget() {
            @Override
            public void write(ByteBuffer bytes, long offset) throws IOException {
                long position = offset;
                while (bytes.hasRemaining()) {
                    position += channel.write(bytes, position);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(true);
            }
        };
    }

    /** Verifies without keeping anything. */
    static PayloadTarget discarding() {
        return new PayloadTarget() {
            @Override
            public void write(ByteBuffer bytes, long offset) {
                bytes.position(bytes.limit());
            }

            @Override
            public void force() {}
        };
    }
}
