package io.keelson.engine.health;

import io.keelson.engine.health.check.CheckOutcome;
import io.keelson.engine.health.check.HealthCheck;
import io.keelson.engine.health.plan.Level;
import io.keelson.engine.health.plan.PlannedCheck;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Decides whether a boot is well. All checks are repeated together until none is worth asking again
 * or a hard one has failed for good; a check that has not passed when its time is over has failed.
 * The time is counted by a monotonic clock: a boot is just when the wall clock is set.
 */
public final class HealthGate {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /**
     * No check runs beyond this. keelson-health.service has TimeoutStartSec=600; the rest is for
     * the start of this process and for ending a check's processes.
     */
    static final Duration GATE_MAX = Duration.ofMinutes(9);

    /** A check ends itself at its limit, and says what it was about; that takes a moment. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** Kept free for the round of checks that is running when the waiting is over. */
    private static final Duration LAST_ROUND_MAX = Duration.ofSeconds(40);

    /** Sleeps; a test does not. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    private final List<PlannedCheck> checks;
    private final Clocks clocks;
    private final Pause pause;
    private final Duration grace;

    /**
     * @param wall for the time shown in the verdict only
     * @param monotonicNanos for every duration; {@link System#nanoTime()} on a host
     */
    record Clocks(InstantSource wall, LongSupplier monotonicNanos) {}

    HealthGate(List<PlannedCheck> checks, Clocks clocks, Pause pause) {
        this(checks, clocks, pause, GRACE);
    }

    HealthGate(List<PlannedCheck> checks, Clocks clocks, Pause pause, Duration grace) {
        this.checks = List.copyOf(checks);
        this.clocks = clocks;
        this.pause = pause;
        this.grace = grace;
    }

    /** The gate of the host this runs on. */
    public static HealthGate ofHost(List<PlannedCheck> checks) {
        return new HealthGate(
                checks,
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
            for (PlannedCheck planned : checks) {
                CheckOutcome outcome = look(planned, GATE_MAX.minus(since(startNanos)));
                findings.add(finding(planned, outcome));
                if (!(outcome instanceof CheckOutcome.Passed)) {
                    boolean isAskedAgain = isAskedAgain(planned, outcome, since(startNanos));
                    isWaiting |= isAskedAgain;
                    isFailed |= !isAskedAgain && planned.level() == Level.HARD;
                }
            }
            if (isFailed || !isWaiting) {
                return new Verdict(bootId, version, !isFailed, findings, clocks.wall().instant());
            }
            pause.of(PAUSE);
        }
    }

    /** A retry that does not leave room for a last round is cut off. */
    private static boolean isAskedAgain(
            PlannedCheck planned, CheckOutcome outcome, Duration passed) {
        Duration retry = shorter(planned.retry(), GATE_MAX.minus(LAST_ROUND_MAX));
        boolean isOpen = outcome instanceof CheckOutcome.Waiting || planned.isPatient();
        return isOpen && passed.compareTo(retry) < 0;
    }

    private CheckOutcome look(PlannedCheck planned, Duration left) throws InterruptedException {
        return left.isPositive()
                ? look(planned.check(), shorter(planned.timeout(), left))
                : new CheckOutcome.Waiting("not asked, the time of the health gate was over");
    }

    /**
     * On a thread of its own: a name server that is silent or a web server that goes on sending
     * holds a check beyond its limit, and no verdict is worse than a check that has failed.
     */
    private CheckOutcome look(HealthCheck check, Duration limit) throws InterruptedException {
        var question = new FutureTask<>(() -> check.look(limit));
        Thread.ofPlatform().daemon().name(check.name()).start(question);
        try {
            return question.get(limit.plus(grace).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return new CheckOutcome.Waiting(
                    "no end of the check within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new CheckOutcome.Failed("unexpected " + e.getCause());
        } finally {
            question.cancel(true);
        }
    }

    private Duration since(long startNanos) {
        return Duration.ofNanos(clocks.monotonicNanos().getAsLong() - startNanos);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Verdict.Finding finding(PlannedCheck planned, CheckOutcome outcome) {
        String name = planned.check().name();
        return switch (outcome) {
            case CheckOutcome.Passed _ -> new Verdict.Finding(name, planned.level(), true, "");
            case CheckOutcome.Waiting(var reason) ->
                    new Verdict.Finding(name, planned.level(), false, reason);
            case CheckOutcome.Failed(var reason) ->
                    new Verdict.Finding(name, planned.level(), false, reason);
        };
    }
}
