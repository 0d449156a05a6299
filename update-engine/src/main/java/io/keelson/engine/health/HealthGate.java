package io.keelson.engine.health;

import io.keelson.engine.config.UpdateConfig.HealthSettings;
import io.keelson.engine.slot.DiskPaths;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether a boot is well. All checks are repeated together until none waits any more or the
 * time is over; what still waits then has failed.
 */
public final class HealthGate {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Sleeps; a test does not. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    private final List<HealthCheck> checks;
    private final Duration timeout;
    private final InstantSource clock;
    private final Pause pause;

    HealthGate(List<HealthCheck> checks, Duration timeout, InstantSource clock, Pause pause) {
        this.checks = List.copyOf(checks);
        this.timeout = timeout;
        this.clock = clock;
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
                checks, settings.timeout(), InstantSource.system(), time -> Thread.sleep(time));
    }

    /** Looks until the verdict is certain. */
    public Verdict judge(String bootId, String version) throws InterruptedException {
        var deadline = clock.instant().plus(timeout);
        while (true) {
            var findings = new ArrayList<Verdict.Finding>();
            boolean isWaiting = false;
            boolean isFailed = false;
            for (HealthCheck check : checks) {
                CheckOutcome outcome = check.look();
                isWaiting |= outcome instanceof CheckOutcome.Waiting;
                isFailed |= outcome instanceof CheckOutcome.Failed;
                findings.add(finding(check.name(), outcome));
            }
            boolean isOver = !clock.instant().isBefore(deadline);
            if (isFailed || !isWaiting || isOver) {
                return new Verdict(
                        bootId, version, !isFailed && !isWaiting, findings, clock.instant());
            }
            pause.of(PAUSE);
        }
    }

    private static Verdict.Finding finding(String check, CheckOutcome outcome) {
        return switch (outcome) {
            case CheckOutcome.Passed _ -> new Verdict.Finding(check, true, "");
            case CheckOutcome.Waiting(var reason) -> new Verdict.Finding(check, false, reason);
            case CheckOutcome.Failed(var reason) -> new Verdict.Finding(check, false, reason);
        };
    }
}
