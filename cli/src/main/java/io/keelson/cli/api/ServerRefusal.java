package io.keelson.cli.api;

import io.keelson.cli.terminal.CommandFailure;

import java.io.Serial;

/** The update server understood and said no. */
public final class ServerRefusal extends CommandFailure {
    @Serial private static final long serialVersionUID = 1L;

    private final int status;
    private final String kind;

    ServerRefusal(int status, String kind, String message) {
        super(message);
        this.status = status;
        this.kind = kind;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The machine-readable reason. */
    public String kind() {
        return kind;
    }
}
