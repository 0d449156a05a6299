package io.keelson.engine.health.check;

/** What one check of the health gate found. */
public sealed interface CheckOutcome {
    record Passed() implements CheckOutcome {}

    /** Not well yet, but it may become so: asked again until the gate's time is over. */
    record Waiting(String reason) implements CheckOutcome {}

    record Failed(String reason) implements CheckOutcome {}
}
