package io.keelson.payload.index;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Ranges of a file as one stream; each is asked for when the one before it ends. */
final class RangeStream extends InputStream {
    private final RangeSource source;
    private final Deque<ByteRange> ranges;
    private InputStream current = InputStream.nullInputStream();
    private long rest;

    RangeStream(RangeSource source, List<ByteRange> ranges) {
        this.source = source;
        this.ranges = new ArrayDeque<>(ranges);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == -1 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (rest == 0) {
            current.close();
            ByteRange next = ranges.poll();
            if (next == null) {
                return -1;
            }
            current = source.open(next.from(), next.toExclusive());
            rest = next.bytes();
        }
        int count = current.read(target, offset, (int) Math.min(length, rest));
        if (count == -1) {
            throw new EOFException("the server sent " + rest + " bytes less than the range has");
        }
        rest -= count;
        return count;
    }

    @Override
    public void close() throws IOException {
        ranges.clear();
        current.close();
    }
}
