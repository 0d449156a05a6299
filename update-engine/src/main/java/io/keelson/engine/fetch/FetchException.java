package io.keelson.engine.fetch;

import java.io.IOException;

/** A file cannot be had, from none of its mirrors. */
public final class FetchException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Problem {
        /** Nobody answers, or not for long enough; worth another try later. */
        UNREACHABLE,
        /** The mirrors answer and do not have it, or not as it was announced. */
        NOT_THERE
    }

    private final Problem problem;
    private final int errorCode;

    FetchException(Problem problem, int errorCode, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.errorCode = errorCode;
    }

    public Problem problem() {
        return problem;
    }

    /** The number for an Omaha event's {@code errorcode}. */
    public int errorCode() {
        return errorCode;
    }
}
