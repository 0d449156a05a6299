package io.keelson.payload;

import io.keelson.payload.manifest.ManifestException;

import java.io.IOException;
import java.util.Objects;

/**
 * A payload that was refused or could not be applied, with the update_engine error code to report.
 */
public final class PayloadException extends IOException {
    private static final long serialVersionUID = 1L;

    private final PayloadError error;
    private final int errorCode;

    public PayloadException(PayloadError error, String message) {
        super(message);
        this.error = error;
        this.errorCode = error.code();
    }

    public PayloadException(PayloadError error, String message, Throwable cause) {
        super(message, cause);
        this.error = error;
        this.errorCode = error.code();
    }

    public PayloadException(ManifestException refused) {
        super(refused.getMessage(), refused);
        this.errorCode = refused.errorCode();
        this.error = PayloadError.of(errorCode);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public PayloadError error() {
        return error;
    }

    /** The number for an Omaha event's {@code errorcode}. */
    public int errorCode() {
        return errorCode;
    }
}
