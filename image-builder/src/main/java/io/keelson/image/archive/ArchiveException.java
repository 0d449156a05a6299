package io.keelson.image.archive;

import java.io.IOException;

/** Something of the archive is missing, cannot be reached, or is not what its signature says. */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    public ArchiveException(String message) {
        super(message);
    }

    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
