package io.keelson.reboot.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.simulate.Fleet.Failures;
import io.keelson.reboot.simulate.Fleet.RebootTime;
import io.keelson.reboot.simulate.SimulatedHost.State;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Weeks of fleets around changes of the clock, with coordinators that die, hosts that do not come
 * back and operators who interfere; what must always hold is looked at after every single event.
 */
class FleetWeeksTest {
    private static final int SEEDS = 40;
    private static final Duration WEEKS = Duration.ofDays(120);

    private static final List<String> WINDOWS =
            List.of(
                    "daily 02:00-04:00 Europe/Berlin",
                    "Sun 00:30+3h America/New_York",
                    "Sat-Sun 01:30-02:45 Australia/Lord_Howe",
                    "Fri 22:00-Mon 06:00 Europe/Berlin",
                    "Mon-Fri 23:30-01:30 America/New_York",
                    "daily 00:00-24:00 UTC");
    private static final List<String> STARTS =
            List.of(
                    "2026-03-05T12:00:00Z",
                    "2026-03-27T00:00:00Z",
                    "2026-04-03T00:00:00Z",
                    "2026-10-02T00:00:00Z",
                    "2026-10-23T00:00:00Z",
                    "2026-12-20T00:00:00Z",
                    "2028-02-27T00:00:00Z");

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingForbiddenEverHappensAndEveryHostIsDoneInTheEnd(long seed) throws Exception {
        var random = new Random(seed);
        GroupPolicy policy = policy(random);
        Fleet fleet = fleet(random, seed);
        Instant start = Instant.parse(STARTS.get(random.nextInt(STARTS.size())));
        var simulation = new FleetSimulation(policy, fleet, start);
        var rules = new Invariants(simulation, "seed " + seed);
        simulation.observe(rules::check);
        disturb(simulation, random);

        SimulationReport report = simulation.run(WEEKS);

        assertThat(report.hosts().waiting()).as("seed %d: %s", seed, report).isZero();
        assertThat(report.finished()).as("seed %d: %s", seed, report).isPresent();
        assertThat(rules.grants).as("seed %d", seed).isGreaterThanOrEqualTo(fleet.hosts());
    }

    private static GroupPolicy policy(Random random) throws IOException {
        String windows =
                random.ints(1 + random.nextInt(3), 0, WINDOWS.size())
                        .mapToObj(index -> "\"" + WINDOWS.get(index) + "\"")
                        .collect(Collectors.joining(","));
        String blackouts = random.nextBoolean() ? "\"2026-03-29\",\"12-24..01-02\"" : "";
        String slots =
                random.nextBoolean() ? "\"10%\",\"members\":40" : "" + (1 + random.nextInt(4));
        return Objects.requireNonNull(
                PolicyFile.parse(
                                "{\"groups\":{\"g\":{\"slots\":%s,\"windows\":[%s],\"blackouts\":[%s],\"zone\":\"Europe/Berlin\",\"expected\":\"%dm\",\"deadline\":\"45m\",\"failures\":%d}}}"
                                        .formatted(
                                                slots,
                                                windows,
                                                blackouts,
                                                5 + random.nextInt(25),
                                                1 + random.nextInt(4)))
                        .groups()
                        .get("g"));
    }

    private static Fleet fleet(Random random, long seed) {
        return new Fleet(
                5 + random.nextInt(36),
                Duration.ofHours(random.nextInt(100)),
                new RebootTime(Duration.ofMinutes(4), Duration.ofMinutes(4 + random.nextInt(30))),
                new Failures(
                        random.nextInt(4) * 0.05,
                        random.nextInt(3) * 0.05,
                        Optional.of(Duration.ofHours(1 + random.nextInt(12)))),
                seed);
    }

    private static void disturb(FleetSimulation simulation, Random random) {
        for (int i = random.nextInt(30); i > 0; i--) {
            Duration when =
                    Duration.ofMinutes(random.nextInt((int) Duration.ofDays(10).toMinutes()));
            switch (random.nextInt(3)) {
                case 0 ->
                        simulation.plan(
                                when,
                                () -> simulation.crash(Duration.ofSeconds(random.nextInt(300))));
                case 1 -> {
                    simulation.plan(when, () -> simulation.lock().halt("an operator looks"));
                    simulation.plan(
                            when.plusMinutes(random.nextInt(600)),
                            () -> simulation.lock().resume());
                }
                default ->
                        simulation.plan(
                                when, () -> simulation.lock().setMax(1 + random.nextInt(6)));
            }
        }
    }

    /** What must hold after every event, from nothing but the documents before and after it. */
    private static final class Invariants {
        private final FleetSimulation simulation;
        private final String what;
        private RebootStatus before;
        int grants;

        Invariants(FleetSimulation simulation, String what) {
            this.simulation = simulation;
            this.what = what;
            this.before = simulation.status();
        }

        void check() {
            RebootStatus after = simulation.status();
            String at = what + " at " + simulation.now() + ": ";
            Set<Long> old =
                    before.document().holders().stream()
                            .map(Holder::fence)
                            .collect(Collectors.toSet());
            List<Holder> fresh =
                    after.document().holders().stream()
                            .filter(holder -> !old.contains(holder.fence()))
                            .toList();
            grants += fresh.size();
            noMoreAwayThanAllowed(after, fresh, at);
            granted(after, fresh, at);
            inOrder(after, fresh, at);
            withinBudget(after, at);
            before = after;
        }

        private void noMoreAwayThanAllowed(RebootStatus after, List<Holder> fresh, String at) {
            Set<String> holders =
                    after.document().holders().stream().map(Holder::id).collect(Collectors.toSet());
            for (SimulatedHost host : simulation.hosts()) {
                boolean isAway = host.state == State.AWAY || host.state == State.GRANTED;
                assertThat(!isAway || holders.contains(host.id))
                        .as(at + host.id + " is away without a slot")
                        .isTrue();
            }
            // Fewer slots by an operator take nobody's away, but nobody new may come either.
            assertThat(fresh.isEmpty() || holders.size() <= after.standing().slots())
                    .as(at + holders + " for " + after.standing().slots() + " slots")
                    .isTrue();
        }

        private void granted(RebootStatus after, List<Holder> fresh, String at) {
            var policy = after.document().policy();
            assertThat(
                            fresh.isEmpty()
                                    || policy.calendar()
                                            .allows(simulation.now(), policy.times().expected()))
                    .as(at + "granted outside a window: " + fresh)
                    .isTrue();
            boolean wasHalted = before.document().halted().isPresent();
            boolean isHalted = after.document().halted().isPresent();
            assertThat(fresh.isEmpty() || !wasHalted || !isHalted)
                    .as(at + "granted while halted: " + fresh)
                    .isTrue();
        }

        /** Those who waited and were served are the first of those who waited. */
        private void inOrder(RebootStatus after, List<Holder> fresh, String at) {
            Set<String> served = fresh.stream().map(Holder::id).collect(Collectors.toSet());
            Set<String> still = after.queue().stream().map(Waiter::id).collect(Collectors.toSet());
            // Who was not heard of for longer than the grace time has lost its place.
            List<String> line =
                    before.queue().stream()
                            .map(Waiter::id)
                            .filter(id -> served.contains(id) || still.contains(id))
                            .toList();
            long servedFromLine = line.stream().filter(served::contains).count();
            assertThat(line.stream().limit(servedFromLine).allMatch(served::contains))
                    .as(at + served + " served from " + line)
                    .isTrue();
            // One who came later than all of them may only be served when all of them were.
            boolean hasNewcomer = served.stream().anyMatch(id -> !line.contains(id));
            assertThat(!hasNewcomer || servedFromLine == line.size())
                    .as(at + served + " served before " + line)
                    .isTrue();
        }

        private void withinBudget(RebootStatus after, String at) {
            var group = after.document();
            assertThat(!group.isBudgetUsed() || group.halted().isPresent())
                    .as(at + "failures " + group.failures() + " and no halt")
                    .isTrue();
        }
    }
}
