package io.keelson.engine.health;

/** One thing that must be true of a healthy host. */
public interface HealthCheck {
    /** The name in verdicts and reasons. */
    String name();

    /** Looks once; never throws for what it finds. */
    CheckOutcome look() throws InterruptedException;
}
