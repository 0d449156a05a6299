package io.keelson.payload.fuzz;

import io.keelson.payload.patch.SourceBytes;

import java.nio.ByteBuffer;

/** The running slot; to be asked for what it does not have is a finding. */
final class OldSlot implements SourceBytes {
    private final byte[] content;

    OldSlot(byte[] content) {
        this.content = content;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        if (offset < 0 || into.remaining() > content.length - offset) {
            throw new AssertionError(
                    into.remaining() + " bytes at " + offset + " are read of " + content.length);
        }
        into.put(content, (int) offset, into.remaining());
    }
}
