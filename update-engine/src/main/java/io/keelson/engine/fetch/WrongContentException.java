package io.keelson.engine.fetch;

import java.io.IOException;

/** A mirror has another file than the one announced. */
final class WrongContentException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    WrongContentException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    int errorCode() {
        return errorCode;
    }
}
