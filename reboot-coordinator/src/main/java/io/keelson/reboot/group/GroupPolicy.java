package io.keelson.reboot.group;

import io.keelson.reboot.window.DurationText;
import io.keelson.reboot.window.WindowCalendar;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an operator has decided for a group.
 *
 * @param failureBudget failures that halt the group
 */
public record GroupPolicy(
        Slots slots, WindowCalendar calendar, Times times, int failureBudget, Guards guards) {
    public static final int DEFAULT_FAILURE_BUDGET = 3;

    public GroupPolicy {
        requireBudget(failureBudget);
        Optional<String> tooShort = calendar.tooShortFor(times.expected());
        if (tooShort.isPresent()) {
            throw new IllegalArgumentException(tooShort.get());
        }
    }

    /** One slot, at any time. */
    public static GroupPolicy defaults() {
        return new GroupPolicy(
                new Slots.Count(1),
                WindowCalendar.always(),
                Times.DEFAULT,
                DEFAULT_FAILURE_BUDGET,
                Guards.NONE);
    }

    /**
     * How long things may take.
     *
     * @param expected from the grant to a healthy host: must fit into what is left of a window
     * @param deadline from the grant until the holder counts as overdue
     * @param grace how long a waiter that is not heard of keeps its place
     */
    public record Times(Duration expected, Duration deadline, Duration grace) {
        // Before the default, which is checked with it.
        private static final Duration LEAST = Duration.ofSeconds(1);

        /** Grace: two of the 330 s at most between two questions of a Zincati, and its timeout. */
        public static final Times DEFAULT =
                new Times(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofMinutes(12));

        public Times {
            requireBetween("expected", expected, Duration.ZERO, WindowCalendar.EXPECTED_MAX);
            requireBetween("deadline", deadline, LEAST, WindowCalendar.EXPECTED_MAX);
            requireBetween("grace", grace, LEAST, WindowCalendar.EXPECTED_MAX);
            if (deadline.compareTo(expected) < 0) {
                throw new IllegalArgumentException(
                        "the deadline "
                                + DurationText.write(deadline)
                                + " is shorter than the expected "
                                + DurationText.write(expected)
                                + ": every reboot would be overdue");
            }
        }

        private static void requireBetween(
                String what, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(
                        what
                                + " must be "
                                + DurationText.write(least)
                                + " to "
                                + DurationText.write(most)
                                + " but is "
                                + DurationText.write(value));
            }
        }
    }

    /** What becomes of the slot of a holder that is overdue; either way it counts as a failure. */
    public enum WhenOverdue {
        /** It keeps its slot until it returns or an operator releases it. */
        HOLD,
        /** The next one is served although this one may still be away. */
        RELEASE
    }

    /**
     * What must stay up.
     *
     * @param etcdVoters host id to the name of the etcd member on it
     */
    public record Guards(
            Map<String, String> etcdVoters, List<Workload> workloads, WhenOverdue whenOverdue) {
        public static final int WORKLOADS_MAX = 64;
        private static final int VOTERS_MAX = 15;

        public static final Guards NONE = new Guards(Map.of(), List.of(), WhenOverdue.HOLD);

        public Guards {
            // In order, for one form in documents.
            etcdVoters = Collections.unmodifiableMap(new TreeMap<>(etcdVoters));
            workloads = List.copyOf(workloads);
            if (etcdVoters.size() > VOTERS_MAX || workloads.size() > WORKLOADS_MAX) {
                throw new IllegalArgumentException(
                        "at most "
                                + VOTERS_MAX
                                + " etcd voters and "
                                + WORKLOADS_MAX
                                + " workloads fit into a policy");
            }
            etcdVoters.forEach((node, member) -> {
                Names.require("node id", node);
                Names.require("etcd member", member);
            });
            if (new HashSet<>(etcdVoters.values()).size() != etcdVoters.size()) {
                throw new IllegalArgumentException("two etcd voters name the same member");
            }
        }
    }

    public GroupPolicy withSlots(Slots next) {
        return new GroupPolicy(next, calendar, times, failureBudget, guards);
    }

    public GroupPolicy withFailureBudget(int next) {
        return new GroupPolicy(slots, calendar, times, next, guards);
    }

    public static void requireBudget(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException(
                    "the failure budget must be at least 1 but is " + failures);
        }
    }
}
