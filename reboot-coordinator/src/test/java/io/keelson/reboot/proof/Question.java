package io.keelson.reboot.proof;

/** What somebody asks the coordinator. */
public sealed interface Question {
    /** For a slot, running {@code boot}. */
    record Request(String boot) implements Question {}

    /** To reboot now, with the grant {@code fence}. */
    record Commit(String boot, long fence) implements Question {}

    /** To end the turn. */
    record Release(String boot, Outcome outcome) implements Question {}

    /** An operator's number of slots. */
    record SetMax(int slots) implements Question {}

    record Halt() implements Question {}

    /** Lifts a halt and counts failures anew. */
    record Resume() implements Question {}

    /** An operator frees a host's slot. */
    record Free(String host) implements Question {}

    /** Who holds a slot? */
    record Look() implements Question {}

    /** How a host says its turn ended. */
    enum Outcome {
        HEALTHY,
        FAILED,
        /** It did not reboot after all, or waits no longer. */
        ABANDONED
    }
}
