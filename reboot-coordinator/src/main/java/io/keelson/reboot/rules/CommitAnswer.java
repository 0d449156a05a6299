package io.keelson.reboot.rules;

/** The answer to the last question before a reboot. */
public sealed interface CommitAnswer {
    /** The reboot may start now. */
    record Committed() implements CommitAnswer {}

    /** The reboot must not start. */
    record Refused(RefusalKind kind, String reason) implements CommitAnswer {}

    /** The store did not say: the reboot must not start, asking again is harmless. */
    record Unavailable(String reason) implements CommitAnswer {}
}
