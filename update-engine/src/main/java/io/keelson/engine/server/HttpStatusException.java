package io.keelson.engine.server;

import java.io.IOException;
import java.net.URI;

/** A server answered with a status that is no success. */
public final class HttpStatusException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    HttpStatusException(URI address, int status) {
        super(address + " answered with HTTP status " + status);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
