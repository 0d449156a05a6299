package io.keelson.disk.gpt;

import java.io.IOException;

/** One copy of a table cannot be used; the message says why, as a sentence about the copy. */
final class GptDamageException extends IOException {
    private static final long serialVersionUID = 1;

    private final String reason;

    GptDamageException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
