package io.keelson.engine.health;

import io.keelson.engine.config.UpdateConfig.HealthSettings;
import io.keelson.engine.slot.DiskPaths;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Decides whether a boot is well. All checks are repeated together until none waits any more or the
 * time is over; what still waits then has failed. The time is counted by a monotonic clock: a boot
 * is just when the wall clock is set.
 */
public final class HealthGate {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration CHECK_MAX = Duration.ofSeconds(30);

    /**
     * No check runs beyond this. keelson-health.service has TimeoutStartSec=600; the rest is for
     * the start of this process and for ending a check's processes.
     */
    static final Duration GATE_MAX = Duration.ofMinutes(9);

    /** Kept free for the round of checks that is running when the waiting is over. */
    private static final Duration LAST_ROUND_MAX = Duration.ofSeconds(40);

    /** Sleeps; a test does not. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    private final List<HealthCheck> checks;
    private final Duration timeout;
    private final Clocks clocks;
    private final Pause pause;

    /**
     * @param wall for the time shown in the verdict only
     * @param monotonicNanos for every duration; {@link System#nanoTime()} on a host
     */
    record Clocks(InstantSource wall, LongSupplier monotonicNanos) {}

    /**
     * @param timeout how long to ask again; what does not leave room for a last round is cut off
     */
    HealthGate(List<HealthCheck> checks, Duration timeout, Clocks clocks, Pause pause) {
        Duration timeoutMax = GATE_MAX.minus(LAST_ROUND_MAX);
        this.checks = List.copyOf(checks);
        this.timeout = shorter(timeout, timeoutMax);
        this.clocks = clocks;
        this.pause = pause;
    }

    /** The gate with the checks of a host. */
    public static HealthGate ofHost(
            HealthSettings settings, Programs programs, DiskPaths paths, List<Path> customChecks)
            throws IOException {
        var checks = new ArrayList<HealthCheck>();
        checks.add(new VerifiedUsr(paths));
        checks.add(new FailedUnits(programs));
        for (String unit : settings.requiredUnits()) {
            checks.add(new RequiredUnit(programs, unit));
        }
        checks.addAll(CustomCheck.in(customChecks, programs));
        return new HealthGate(
                checks,
                settings.timeout(),
                new Clocks(InstantSource.system(), System::nanoTime),
                time -> Thread.sleep(time));
    }

    /** Looks until the verdict is certain. */
    public Verdict judge(String bootId, String version) throws InterruptedException {
        long startNanos = clocks.monotonicNanos().getAsLong();
        while (true) {
            var findings = new ArrayList<Verdict.Finding>();
            boolean isWaiting = false;
            boolean isFailed = false;
            for (HealthCheck check : checks) {
                CheckOutcome outcome = look(check, GATE_MAX.minus(since(startNanos)));
                isWaiting |= outcome instanceof CheckOutcome.Waiting;
                isFailed |= outcome instanceof CheckOutcome.Failed;
                findings.add(finding(check.name(), outcome));
            }
            boolean isOver = since(startNanos).compareTo(timeout) >= 0;
            if (isFailed || !isWaiting || isOver) {
                return new Verdict(
                        bootId,
                        version,
                        !isFailed && !isWaiting,
                        findings,
                        clocks.wall().instant());
            }
            pause.of(PAUSE);
        }
    }

    private static CheckOutcome look(HealthCheck check, Duration left) throws InterruptedException {
        return left.isPositive()
                ? check.look(shorter(CHECK_MAX, left))
                : new CheckOutcome.Waiting("not asked, the time of the health gate was over");
    }

    private Duration since(long startNanos) {
        return Duration.ofNanos(clocks.monotonicNanos().getAsLong() - startNanos);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Verdict.Finding finding(String check, CheckOutcome outcome) {
        return switch (outcome) {
            case CheckOutcome.Passed _ -> new Verdict.Finding(check, true, "");
            case CheckOutcome.Waiting(var reason) -> new Verdict.Finding(check, false, reason);
            case CheckOutcome.Failed(var reason) -> new Verdict.Finding(check, false, reason);
        };
    }
}
