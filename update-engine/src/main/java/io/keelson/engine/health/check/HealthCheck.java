package io.keelson.engine.health.check;

import java.time.Duration;

/** One thing that must be true of a healthy host. */
public interface HealthCheck {
    /** The name in verdicts and reasons. */
    String name();

    /** Looks once, for no longer than the limit; never throws for what it finds. */
    CheckOutcome look(Duration limit) throws InterruptedException;
}
