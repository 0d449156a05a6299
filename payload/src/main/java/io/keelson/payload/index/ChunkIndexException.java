package io.keelson.payload.index;

import java.io.IOException;

/** The index cannot be used; the payload can still be applied whole. */
public final class ChunkIndexException extends IOException {
    private static final long serialVersionUID = 1L;

    ChunkIndexException(String message) {
        super(message);
    }
}
