package io.keelson.payload;

import java.io.EOFException;
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

    /**
     * Fills all that remains of the buffer with what was written from this offset on. Needed to
     * resume, for operations that look back further than is kept in memory, and to verify.
     */
    void read(ByteBuffer into, long offset) throws IOException;

    /** Returns once everything written survives a power cut. */
    void force() throws IOException;

    /** An open file or device, readable and writable; the caller keeps owning it. */
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
            public void read(ByteBuffer into, long offset) throws IOException {
                long position = offset;
                while (into.hasRemaining()) {
                    int count = channel.read(into, position);
                    if (count < 0) {
                        throw new EOFException("the target ends at " + position);
                    }
                    position += count;
                }
            }

            @Override
            public void force() throws IOException {
                // Data and size; the times of a file are of no use to anyone here.
                channel.force(false);
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
            public void read(ByteBuffer into, long offset) throws IOException {
                throw new IOException("nothing that was written was kept");
            }

            @Override
            public void force() {}
        };
    }
}
