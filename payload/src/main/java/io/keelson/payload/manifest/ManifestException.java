package io.keelson.payload.manifest;

import java.io.IOException;

/** A header or manifest that breaks a rule; carries the update_engine error code to report. */
public final class ManifestException extends IOException {
    static final int INVALID_MAGIC = 21;
    static final int MANIFEST_PARSE = 23;
    static final int SIGNATURE_MISSING = 22;
    static final int INVALID_METADATA_SIZE = 32;
    static final int OPERATION_HASH_MISSING = 38;
    static final int UNSUPPORTED_MAJOR_VERSION = 44;
    static final int UNSUPPORTED_MINOR_VERSION = 45;
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    ManifestException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    public int errorCode() {
        return errorCode;
    }
}
