package io.keelson.image.deb;

import java.io.IOException;

/** A .deb file that cannot be taken apart. */
public final class DebException extends IOException {
    private static final long serialVersionUID = 1L;

    DebException(String message) {
        super(message);
    }

    DebException(String message, Throwable cause) {
        super(message, cause);
    }
}
