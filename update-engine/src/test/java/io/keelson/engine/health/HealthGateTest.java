package io.keelson.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.health.check.CheckOutcome;
import io.keelson.engine.health.check.CustomCheck;
import io.keelson.engine.health.check.FailedUnits;
import io.keelson.engine.health.check.HealthCheck;
import io.keelson.engine.health.check.Programs;
import io.keelson.engine.health.check.RequiredUnit;
import io.keelson.engine.health.plan.Level;
import io.keelson.engine.health.plan.PlannedCheck;
import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class HealthGateTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir Path directory;
    private final Map<String, ArrayDeque<Command.Result>> answers = new HashMap<>();
    private final List<String> failedUnits = new ArrayList<>();
    private Duration monotonic = Duration.ZERO;
    private Duration wallJump = Duration.ZERO;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void quietHostIsHealthyAtOnce() throws Exception {
        unit("keelsond.service", "active");

        Verdict verdict = judge(requiring("keelsond.service"));

        assertThat(verdict.isHealthy()).isTrue();
        assertThat(verdict.reason()).isEmpty();
        assertThat(verdict.at()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void checkThatDoesNotEndIsLeftAloneAtItsLimit() throws Exception {
        var endless =
                new HealthCheck() {
                    @Override
                    public String name() {
                        return "http:stream";
                    }

                    @Override
                    public CheckOutcome look(Duration limit) throws InterruptedException {
                        Thread.sleep(MINUTE);
                        return new CheckOutcome.Passed();
                    }
                };
        var planned =
                new PlannedCheck(endless, Level.SOFT, Duration.ofMillis(50), Duration.ZERO, false);
        var gate =
                new HealthGate(
                        List.of(planned),
                        new HealthGate.Clocks(Instant::now, System::nanoTime),
                        _ -> {},
                        Duration.ofMillis(50));

        Verdict verdict = gate.judge("boot-1", "1.0.0");

        assertThat(verdict.isHealthy()).isTrue();
        assertThat(verdict.warnings()).isEqualTo("http:stream: no end of the check within 0 s");
    }

    @Test
    void unitThatIsStillStartingIsWaitedFor() throws Exception {
        unit("keelsond.service", "activating", "activating", "active");

        Verdict verdict = judge(requiring("keelsond.service"));

        assertThat(verdict.isHealthy()).isTrue();
        assertThat(verdict.at()).isEqualTo(Instant.parse("2026-01-01T00:00:04Z"));
    }

    @Test
    void unitThatNeverStartsFailsTheGateWhenItsTimeIsOver() throws Exception {
        unit("keelsond.service", "inactive");

        Verdict verdict = judge(requiring("keelsond.service"));

        assertThat(verdict.isHealthy()).isFalse();
        assertThat(verdict.reason())
                .isEqualTo("unit:keelsond.service: keelsond.service is inactive");
        assertThat(verdict.at()).isEqualTo(Instant.parse("2026-01-01T00:00:30Z"));
    }

    @Test
    void failedUnitFailsTheGateAtOnce() throws Exception {
        failedUnits.add("demo.service loaded failed failed A demo");

        Verdict verdict = judge(List.of(new FailedUnits(this::run, List.of())));

        assertThat(verdict.isHealthy()).isFalse();
        assertThat(verdict.reason()).isEqualTo("failed-units: failed units: demo.service");
    }

    @Test
    void failingProgramOfTheImageFailsTheGateWithItsLastWords() throws Exception {
        Path checks = Files.createDirectory(directory.resolve("health.d"));
        program(checks.resolve("10-fine"), "exit 0");
        program(checks.resolve("20-sick"), "echo the demo is broken; exit 1");
        Files.writeString(checks.resolve("README"), "not a program");

        Verdict verdict = judge(CustomCheck.in(List.of(checks), Command::run));

        assertThat(verdict.findings())
                .containsExactly(
                        new Verdict.Finding("health.d/10-fine", true, ""),
                        new Verdict.Finding(
                                "health.d/20-sick", false, "exit code 1: the demo is broken"));
    }

    @Test
    void administratorsProgramReplacesTheImagesOfThatName() throws Exception {
        Path image = Files.createDirectory(directory.resolve("image"));
        Path etc = Files.createDirectory(directory.resolve("etc"));
        program(image.resolve("10-a"), "exit 1");
        program(etc.resolve("10-a"), "exit 0");

        Verdict verdict =
                judge(
                        CustomCheck.in(
                                List.of(image, etc, directory.resolve("missing")), Command::run));

        assertThat(verdict.isHealthy()).isTrue();
    }

    @Test
    void clockThatIsSetDuringTheBootEndsNoWaiting() throws Exception {
        unit("keelsond.service", "activating", "activating", "active");
        wallJump = Duration.ofDays(20_000);

        Verdict verdict = judge(requiring("keelsond.service"));

        assertThat(verdict.isHealthy()).isTrue();
    }

    @Test
    void clockThatIsSetBackProlongsNoWaiting() throws Exception {
        unit("keelsond.service", "inactive");
        wallJump = Duration.ofDays(-1);

        Verdict verdict = judge(requiring("keelsond.service"));

        assertThat(verdict.isHealthy()).isFalse();
        assertThat(monotonic).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void gateWithSlowChecksEndsBeforeSystemdEndsIt() throws Exception {
        var slow = new ArrayList<HealthCheck>();
        for (int check = 0; check < 25; check++) {
            slow.add(slowCheck("slow-" + check));
        }

        Verdict verdict = judge(slow, Duration.ofDays(1));

        assertThat(verdict.isHealthy()).isFalse();
        assertThat(monotonic).isEqualTo(HealthGate.GATE_MAX);
        assertThat(verdict.findings().getLast())
                .isEqualTo(
                        new Verdict.Finding(
                                "slow-24",
                                false,
                                "not asked, the time of the health gate was over"));
    }

    @Test
    void longestWaitingLeavesRoomForALastRound() throws Exception {
        Verdict verdict = judge(List.of(slowCheck("slow")), Duration.ofDays(1));

        assertThat(verdict.reason()).isEqualTo("slow: still slow");
        assertThat(monotonic).isBetween(Duration.ofSeconds(500), HealthGate.GATE_MAX);
    }

    @Test
    void softCheckThatFailsIsKeptAndChangesNothing() throws Exception {
        unit("keelsond.service", "active");
        unit("nice.service", "failed");

        Verdict verdict =
                judgePlanned(
                        List.of(
                                planned(required("keelsond.service"), Level.HARD, MINUTE, false),
                                planned(required("nice.service"), Level.SOFT, MINUTE, false)));

        assertThat(verdict.isHealthy()).isTrue();
        assertThat(verdict.reason()).isEmpty();
        assertThat(verdict.warnings()).isEqualTo("unit:nice.service: nice.service failed");
        assertThat(monotonic).isZero();
    }

    @Test
    void softCheckIsWaitedForNoLongerThanItsOwnRetry() throws Exception {
        unit("slow.service", "activating");

        Verdict verdict =
                judgePlanned(
                        List.of(
                                planned(
                                        required("slow.service"),
                                        Level.SOFT,
                                        Duration.ofSeconds(6),
                                        false)));

        assertThat(verdict.isHealthy()).isTrue();
        assertThat(monotonic).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void hardFailureEndsTheWaitingForEverythingElse() throws Exception {
        unit("slow.service", "activating");
        unit("broken.service", "failed");

        Verdict verdict =
                judgePlanned(
                        List.of(
                                planned(required("slow.service"), Level.SOFT, MINUTE, false),
                                planned(required("broken.service"), Level.HARD, MINUTE, false)));

        assertThat(verdict.reason()).isEqualTo("unit:broken.service: broken.service failed");
        assertThat(monotonic).isZero();
    }

    @Test
    void finalAnswerIsAskedForAgainWhereSomebodySaidSo() throws Exception {
        unit("flaky.service", "failed", "failed", "active");

        Verdict verdict =
                judgePlanned(List.of(planned(required("flaky.service"), Level.HARD, MINUTE, true)));

        assertThat(verdict.isHealthy()).isTrue();
        assertThat(monotonic).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void eachLookHasTheTimeoutOfItsCheck() throws Exception {
        Verdict verdict =
                judgePlanned(List.of(planned(slowCheck("slow"), Level.HARD, Duration.ZERO, false)));

        assertThat(verdict.reason()).isEqualTo("slow: still slow");
        assertThat(monotonic).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void programMayRunNoLongerThanTheGate() throws Exception {
        Path checks = Files.createDirectory(directory.resolve("health.d"));
        program(checks.resolve("10-a"), "exit 0");
        var limits = new ArrayList<Duration>();
        Programs programs =
                (argv, limit) -> {
                    limits.add(limit);
                    return new Command.Result(argv, 0, "", "");
                };
        HealthCheck program = CustomCheck.in(List.of(checks), programs).getFirst();

        CheckOutcome outcome = program.look(Duration.ofSeconds(7));

        assertThat(outcome).isEqualTo(new CheckOutcome.Passed());
        assertThat(limits).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void verdictsOfTheLastBootsAreKeptAndReadBack() throws Exception {
        var files = new VerdictFiles(directory.resolve("verdicts"));
        for (int boot = 0; boot < 25; boot++) {
            files.add(
                    new Verdict(
                            "b00-" + boot,
                            "1.0.0",
                            boot % 2 == 0,
                            List.of(new Verdict.Finding("a", false, "why")),
                            now.plusSeconds(boot)));
        }

        assertThat(files.newestFirst()).hasSize(20);
        assertThat(files.of("b00-24").orElseThrow().isHealthy()).isTrue();
        assertThat(files.of("b00-24").orElseThrow().reason()).isEqualTo("a: why");
        assertThat(files.of("b00-4")).isEmpty();
    }

    private List<HealthCheck> requiring(String unit) {
        return List.of(new FailedUnits(this::run, List.of()), new RequiredUnit(this::run, unit));
    }

    private HealthCheck required(String unit) {
        return new RequiredUnit(this::run, unit);
    }

    private Verdict judge(List<HealthCheck> checks) throws InterruptedException {
        return judge(checks, Duration.ofSeconds(30));
    }

    private Verdict judge(List<HealthCheck> checks, Duration timeout) throws InterruptedException {
        return judgePlanned(
                checks.stream().map(check -> PlannedCheck.hard(check, timeout)).toList());
    }

    private Verdict judgePlanned(List<PlannedCheck> checks) throws InterruptedException {
        var clocks = new HealthGate.Clocks(() -> now, () -> Long.MAX_VALUE + monotonic.toNanos());
        return new HealthGate(checks, clocks, this::pass).judge("b00", "1.0.0");
    }

    private static PlannedCheck planned(
            HealthCheck check, Level level, Duration retry, boolean isPatient) {
        return new PlannedCheck(check, level, Duration.ofSeconds(5), retry, isPatient);
    }

    private void pass(Duration time) {
        monotonic = monotonic.plus(time);
        now = now.plus(time).plus(wallJump);
    }

    /** A check that uses all the time it is given. */
    private HealthCheck slowCheck(String name) {
        return new HealthCheck() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public CheckOutcome look(Duration limit) {
                pass(limit);
                return new CheckOutcome.Waiting("still slow");
            }
        };
    }

    private void unit(String name, String... states) {
        var queue = new ArrayDeque<Command.Result>();
        for (String state : states) {
            queue.add(
                    new Command.Result(
                            List.of(), state.equals("active") ? 0 : 3, state + "\n", ""));
        }
        answers.put(name, queue);
    }

    private Command.Result run(List<String> argv, Duration deadline) {
        if (argv.contains("--failed")) {
            return new Command.Result(argv, 0, String.join("\n", failedUnits), "");
        }
        var queue = answers.getOrDefault(argv.getLast(), new ArrayDeque<>());
        return queue.size() > 1 ? queue.remove() : queue.getFirst();
    }

    private static void program(Path file, String script) throws Exception {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
