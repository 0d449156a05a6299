package io.keelson.reboot.simulate;

import io.keelson.reboot.group.GroupPolicy;

import java.time.Duration;
import java.time.Instant;

/** Tries a policy out before real hosts do. */
public final class PolicyTrial {
    /** Longer than any fleet should need. */
    public static final Duration TIME_MAX = Duration.ofDays(400);

    private PolicyTrial() {}

    /** Plays until all hosts are done, or nothing more can happen without an operator. */
    public static SimulationReport play(GroupPolicy policy, Fleet fleet, Instant start) {
        return new FleetSimulation(policy, fleet, start).run(TIME_MAX);
    }
}
