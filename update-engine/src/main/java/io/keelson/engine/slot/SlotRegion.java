package io.keelson.engine.slot;

import io.keelson.disk.gpt.GptPartition;
import io.keelson.payload.PayloadTarget;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * One partition as a place to write to, reached through the whole disk, so that the bounds are
 * those of the table this process reads and not of the kernel's older view of it.
 */
public final class SlotRegion implements PayloadTarget {
    private final FileChannel disk;
    private final long start;
    private final long sizeBytes;

    SlotRegion(FileChannel disk, GptPartition partition, int sectorSize) {
        this.disk = disk;
        this.start = partition.offsetBytes(sectorSize);
        this.sizeBytes = partition.sizeBytes(sectorSize);
    }

    void requireOutside(SlotFence fence, String what) throws SlotException {
        fence.requireOutside(what, start, sizeBytes);
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
        requireInside(bytes.remaining(), offset);
        long position = start + offset;
        while (bytes.hasRemaining()) {
            position += disk.write(bytes, position);
        }
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        requireInside(into.remaining(), offset);
        long position = start + offset;
        while (into.hasRemaining()) {
            int count = disk.read(into, position);
            if (count < 0) {
                throw new EOFException("the disk ends at " + position);
            }
            position += count;
        }
    }

    private void requireInside(int bytes, long offset) throws IOException {
        if (offset < 0 || bytes > sizeBytes - offset) {
            throw new IOException(
                    "%d bytes at %d pass the end of the slot at %d"
                            .formatted(bytes, offset, sizeBytes));
        }
    }

    @Override
    public void force() throws IOException {
        disk.force(true);
    }
}
