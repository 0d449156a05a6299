package io.keelson.engine.slot;

import io.keelson.payload.patch.SourceBytes;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The content of a partition for reading, reached through the whole disk. */
record SlotSource(FileChannel disk, long start, long size) implements SourceBytes {
    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        if (offset < 0 || into.remaining() > size - offset) {
            throw new EOFException(
                    "%d bytes at %d pass the end of the running slot's content at %d"
                            .formatted(into.remaining(), offset, size));
        }
        long position = start + offset;
        while (into.hasRemaining()) {
            int count = disk.read(into, position);
            if (count < 0) {
                throw new EOFException("the disk ends at " + position);
            }
            position += count;
        }
    }
}
