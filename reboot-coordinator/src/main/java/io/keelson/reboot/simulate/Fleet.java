package io.keelson.reboot.simulate;

import java.time.Duration;
import java.util.Optional;

/**
 * A fleet that wants to reboot.
 *
 * @param hosts how many
 * @param readyWithin the last host asks for its reboot that long after the start
 * @param reboot how long reboots take
 * @param failures what goes wrong
 * @param seed same seed, same story
 */
public record Fleet(
        int hosts, Duration readyWithin, RebootTime reboot, Failures failures, long seed) {
    public static final int HOSTS_MAX = 100_000;

    public Fleet {
        if (hosts < 1 || hosts > HOSTS_MAX) {
            throw new IllegalArgumentException(
                    "a fleet has 1 to " + HOSTS_MAX + " hosts, not " + hosts);
        }
        if (readyWithin.isNegative()) {
            throw new IllegalArgumentException("hosts cannot be ready before the start");
        }
    }

    /**
     * From the commit until the host is well again: log-normal, as measured boots are.
     *
     * @param p95 one reboot of twenty takes longer
     */
    public record RebootTime(Duration median, Duration p95) {
        public RebootTime {
            if (!median.isPositive() || p95.compareTo(median) < 0) {
                throw new IllegalArgumentException(
                        "a reboot takes some time, and its 95th percentile at least its median");
            }
        }
    }

    /**
     * What goes wrong.
     *
     * @param failing share of hosts that come back on the old release
     * @param lost share of hosts that never come back by themselves
     * @param attended how long until an operator releases a lost host, or resumes a halted group;
     *     empty for a fleet nobody looks after
     */
    public record Failures(double failing, double lost, Optional<Duration> attended) {
        public Failures {
            requireShare("failing", failing);
            requireShare("lost", lost);
            requireShare("failing and lost together", failing + lost);
        }

        private static void requireShare(String what, double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException(what + " must be 0 to 1 but is " + share);
            }
        }
    }
}
