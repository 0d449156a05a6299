package io.keelson.cli.terminal;

import java.io.IOException;
import java.io.Serial;

/** A command that cannot do what was asked; the message is one sentence with the remedy. */
public class CommandFailure extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    public CommandFailure(String sentence) {
        super(sentence);
    }

    public CommandFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
