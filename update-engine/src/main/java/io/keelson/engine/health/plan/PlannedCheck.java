package io.keelson.engine.health.plan;

import io.keelson.engine.health.check.HealthCheck;

import java.time.Duration;

/**
 * A check and how it is asked.
 *
 * @param timeout for one look
 * @param retry how long it is asked again while it does not pass
 * @param isPatient whether that goes for answers that are final otherwise, too: somebody asked for
 *     it by name
 */
public record PlannedCheck(
        HealthCheck check, Level level, Duration timeout, Duration retry, boolean isPatient) {
    /** As checks are without a setting of their own. */
    public static PlannedCheck hard(HealthCheck check, Duration retry) {
        return new PlannedCheck(check, Level.HARD, HealthPlan.LOOK_DEFAULT, retry, false);
    }
}
