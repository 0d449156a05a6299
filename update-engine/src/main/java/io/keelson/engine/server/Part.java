package io.keelson.engine.server;

import java.util.Optional;

/**
 * Which bytes of a file are wanted.
 *
 * @param end exclusive; {@link Long#MAX_VALUE} for all there are
 * @param etag the content they must belong to; if that has changed, the whole file comes
 */
public record Part(long offset, long end, Optional<String> etag) {
    public Part {
        if (offset < 0 || end <= offset) {
            throw new IllegalArgumentException("no part of a file: " + offset + " to " + end);
        }
    }

    public static Part from(long offset, Optional<String> etag) {
        return new Part(offset, Long.MAX_VALUE, etag);
    }

    public boolean isWhole() {
        return offset == 0 && end == Long.MAX_VALUE;
    }

    /** The value of a {@code Range} header (RFC 9110 section 14.1.2). */
    String range() {
        return "bytes=" + offset + "-" + (end == Long.MAX_VALUE ? "" : end - 1);
    }
}
