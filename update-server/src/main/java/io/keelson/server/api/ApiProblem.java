package io.keelson.server.api;

import org.springframework.http.HttpStatus;

/** A request that cannot be done, with a kind for machines and one sentence for people. */
public final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String kind;

    public ApiProblem(HttpStatus status, String kind, String message) {
        super(message);
        this.status = status;
        this.kind = kind;
    }

    HttpStatus status() {
        return status;
    }

    /** The word a script can rely on, e.g. {@code untrusted-payload}. */
    public String kind() {
        return kind;
    }
}
