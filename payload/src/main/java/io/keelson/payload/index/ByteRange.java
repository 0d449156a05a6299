package io.keelson.payload.index;

/** Bytes of the payload file. */
public record ByteRange(long from, long toExclusive) {
    public ByteRange {
        if (from < 0 || toExclusive <= from) {
            throw new IllegalArgumentException("no bytes from " + from + " to " + toExclusive);
        }
    }

    public long bytes() {
        return toExclusive - from;
    }
}
