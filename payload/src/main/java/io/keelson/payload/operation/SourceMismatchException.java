package io.keelson.payload.operation;

import java.io.IOException;

/** The running slot does not hold what a delta builds on. */
public final class SourceMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    SourceMismatchException(String message) {
        super(message);
    }
}
