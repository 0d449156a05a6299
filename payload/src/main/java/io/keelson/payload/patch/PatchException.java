package io.keelson.payload.patch;

import java.io.IOException;

/** A patch that is malformed or does not fit what it is applied to. */
public final class PatchException extends IOException {
    private static final long serialVersionUID = 1L;

    public PatchException(String message) {
        super(message);
    }

    public PatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
