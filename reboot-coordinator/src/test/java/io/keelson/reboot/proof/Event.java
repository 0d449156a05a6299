package io.keelson.reboot.proof;

/** One line of the record; {@code at} is one clock for all, in any unit. */
public sealed interface Event {
    long at();

    record Asked(long at, long call, String who, Question question) implements Event {}

    record Answered(long at, long call, Reply reply) implements Event {}

    /** A host stops running. */
    record Down(long at, String host) implements Event {}

    /** A host runs again. */
    record Up(long at, String host, String boot) implements Event {}

    /** The store was put back to an earlier state: those who waited may be forgotten. */
    record Restored(long at) implements Event {}

    /** A coordinator was ended or started, a member lost: for the reader of a record only. */
    record Note(long at, String text) implements Event {}
}
