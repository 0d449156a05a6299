package io.keelson.omaha;

import java.io.IOException;

/** A message that is not valid Omaha; the text is one sentence that names the line. */
public final class OmahaException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int line;

    OmahaException(String what, int line) {
        super(what + " (line " + line + ")");
        this.line = line;
    }

    /** The line of the message at which reading stopped, from 1. */
    public int line() {
        return line;
    }
}
