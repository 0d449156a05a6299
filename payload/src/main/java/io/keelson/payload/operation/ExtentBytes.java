package io.keelson.payload.operation;

import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestRules;
import io.keelson.payload.manifest.Sha256;
import io.keelson.payload.patch.SourceBytes;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/**
 * The blocks of some extents as if they followed each other. Where the last block of the partition
 * is only begun, its rest reads as zeros.
 */
final class ExtentBytes implements SourceBytes {
    private static final int HASH_BYTES = 256 << 10;

    private final SourceBytes partition;
    private final List<Extent> extents;

    /** Where each extent begins in the sequence. */
    private final long[] starts;

    private final long size;

    ExtentBytes(SourceBytes partition, List<Extent> extents) {
        this.partition = partition;
        this.extents = extents;
        this.starts = new long[extents.size()];
        long position = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = position;
            position += extents.get(i).blocks() * ManifestRules.BLOCK_SIZE;
        }
        this.size = position;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        if (offset < 0 || into.remaining() > size - offset) {
            throw new EOFException(
                    into.remaining() + " bytes at " + offset + " of a source of " + size);
        }
        int index = indexAt(offset);
        long position = offset;
        while (into.hasRemaining()) {
            Extent extent = extents.get(index);
            long inside = position - starts[index];
            long rest = extent.blocks() * ManifestRules.BLOCK_SIZE - inside;
            int count = (int) Math.min(rest, into.remaining());
            readPadded(
                    extent.startBlock() * ManifestRules.BLOCK_SIZE + inside,
                    into.slice(into.position(), count));
            into.position(into.position() + count);
            position += count;
            index++;
        }
    }

    /** Whether the bytes have this hash; reads them all. */
    boolean matches(Sha256 sha256) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(HASH_BYTES, size));
        for (long offset = 0; offset < size; offset += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - offset));
            read(offset, buffer);
            digest.update(buffer.flip());
        }
        return sha256.matches(digest);
    }

    static ExtentBytes sourceOf(InstallOperation operation, SourceBytes running) {
        return new ExtentBytes(running, operation.source().extents());
    }

    private int indexAt(long offset) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private void readPadded(long offset, ByteBuffer into) throws IOException {
        long end = partition.size();
        long lastBlockEnd = end + (-end & (ManifestRules.BLOCK_SIZE - 1));
        if (into.remaining() > lastBlockEnd - offset) {
            throw new EOFException(
                    "the running slot's partition has "
                            + end
                            + " bytes, block "
                            + (offset + into.remaining() - 1) / ManifestRules.BLOCK_SIZE
                            + " is beyond");
        }
        int there = (int) Math.max(0, Math.min(into.remaining(), end - offset));
        if (there > 0) {
            partition.read(offset, into.slice(into.position(), there));
            into.position(into.position() + there);
        }
        while (into.hasRemaining()) {
            into.put((byte) 0);
        }
    }
}
