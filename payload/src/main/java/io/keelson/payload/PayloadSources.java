package io.keelson.payload;

import io.keelson.payload.patch.SourceBytes;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Read access to the running release's partitions, for deltas. What a partition holds beyond its
 * size, up to the end of its last block, is taken for zeros.
 */
public record PayloadSources(SourceBytes usr, SourceBytes uki) {
    /** The first bytes of an open file or device; the caller keeps owning it. */
    public static SourceBytes of(FileChannel channel, long sizeBytes) {
        return new SourceBytes() {
            @Override
            public long size() {
                return sizeBytes;
            }

            @Override
            public void read(long offset, ByteBuffer into) throws IOException {
                if (offset < 0 || into.remaining() > sizeBytes - offset) {
                    throw new EOFException(
                            into.remaining()
                                    + " bytes at "
                                    + offset
                                    + " pass the end of the source at "
                                    + sizeBytes);
                }
                long position = offset;
                while (into.hasRemaining()) {
                    int count = channel.read(into, position);
                    if (count < 0) {
                        throw new EOFException("the source ends at " + position);
                    }
                    position += count;
                }
            }
        };
    }
}
