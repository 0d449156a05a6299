package io.keelson.reboot.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.simulate.Fleet.Failures;
import io.keelson.reboot.simulate.Fleet.RebootTime;
import io.keelson.reboot.simulate.SimulationReport.Hosts;
import io.keelson.reboot.simulate.SimulationReport.Progress;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

class PolicyTrialTest {
    private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final RebootTime FIVE_MINUTES =
            new RebootTime(Duration.ofMinutes(5), Duration.ofMinutes(5));
    private static final Failures NONE = new Failures(0, 0, Optional.empty());

    @Test
    void aFleetWithoutWindowsGoesThroughItsSlotsWithoutAPause() throws Exception {
        var fleet = new Fleet(100, Duration.ZERO, FIVE_MINUTES, NONE, 1);

        SimulationReport report = PolicyTrial.play(policy("\"slots\":5"), fleet, MONDAY);

        assertThat(report.finished()).contains(MONDAY.plus(Duration.ofMinutes(100)));
        assertThat(report.hosts()).isEqualTo(new Hosts(100, 0, 0, 0));
        assertThat(report.mostAway()).isEqualTo(5);
        assertThat(report.halts()).isEmpty();
        assertThat(report.openings())
                .singleElement()
                .satisfies(all -> assertThat(all.done()).isEqualTo(100));
    }

    @Test
    void whatDoesNotFitOneWindowGoesOnInTheNext() throws Exception {
        var fleet = new Fleet(10, Duration.ZERO, FIVE_MINUTES, NONE, 1);
        var policy =
                policy("\"slots\":1,\"expected\":\"10m\",\"windows\":[\"daily 02:00-02:30 UTC\"]");

        SimulationReport report = PolicyTrial.play(policy, fleet, MONDAY);

        // 02:00, 02:05, 02:10, 02:15 and 02:20 leave ten minutes; 02:25 does not.
        assertThat(report.openings()).extracting(Progress::done).containsExactly(5, 5);
        assertThat(report.openings().get(1).opening().start())
                .isEqualTo(Instant.parse("2026-01-06T02:00:00Z"));
        assertThat(report.finished()).contains(Instant.parse("2026-01-06T02:25:00Z"));
    }

    @Test
    void aBadReleaseStopsAtTheBudget() throws Exception {
        var failures = new Failures(1, 0, Optional.empty());
        var fleet = new Fleet(50, Duration.ZERO, FIVE_MINUTES, failures, 1);

        SimulationReport report =
                PolicyTrial.play(policy("\"slots\":2,\"failures\":3"), fleet, MONDAY);

        assertThat(report.finished()).isEmpty();
        // The fourth was on its way when the third came back.
        assertThat(report.hosts()).isEqualTo(new Hosts(0, 4, 0, 46));
        assertThat(report.halts())
                .singleElement()
                .satisfies(halt ->
                        assertThat(halt.reason())
                                .startsWith("failure budget used up: 3 of 3; last host-"));
    }

    @Test
    void lostHostsHoldTheirSlotsUntilSomebodyCares() throws Exception {
        var failures = new Failures(0, 1, Optional.of(Duration.ofHours(1)));
        var fleet = new Fleet(4, Duration.ZERO, FIVE_MINUTES, failures, 1);

        SimulationReport report =
                PolicyTrial.play(
                        policy("\"slots\":1,\"failures\":100,\"deadline\":\"30m\""), fleet, MONDAY);

        assertThat(report.hosts()).isEqualTo(new Hosts(0, 0, 4, 0));
        assertThat(report.finished()).contains(MONDAY.plus(Duration.ofHours(6)));
        assertThat(report.mostAway()).isEqualTo(1);
    }

    @Test
    void theSameSeedTellsTheSameStory() throws Exception {
        var failures = new Failures(0.05, 0.02, Optional.of(Duration.ofHours(2)));
        var time = new RebootTime(Duration.ofMinutes(4), Duration.ofMinutes(9));
        var policy =
                policy(
                        "\"slots\":\"10%\",\"members\":200,\"windows\":[\"Mon-Fri 01:00-03:00 Europe/Berlin\"],\"blackouts\":[\"2026-01-07\"]");

        SimulationReport one =
                PolicyTrial.play(
                        policy, new Fleet(200, Duration.ofDays(1), time, failures, 7), MONDAY);
        SimulationReport same =
                PolicyTrial.play(
                        policy, new Fleet(200, Duration.ofDays(1), time, failures, 7), MONDAY);
        SimulationReport other =
                PolicyTrial.play(
                        policy, new Fleet(200, Duration.ofDays(1), time, failures, 8), MONDAY);

        assertThat(one).isEqualTo(same).isNotEqualTo(other);
        assertThat(one.hosts().waiting()).isZero();
    }

    @Test
    void impossibleFleetsAreRefused() {
        assertThatThrownBy(() -> new Fleet(0, Duration.ZERO, FIVE_MINUTES, NONE, 1))
                .hasMessage("a fleet has 1 to 100000 hosts, not 0");
        assertThatThrownBy(() -> new Failures(0.6, 0.6, Optional.empty()))
                .hasMessage("failing and lost together must be 0 to 1 but is 1.2");
        assertThatThrownBy(() -> new RebootTime(Duration.ofMinutes(5), Duration.ofMinutes(4)))
                .hasMessageContaining("95th percentile");
    }

    private static GroupPolicy policy(String fields) throws IOException {
        return Objects.requireNonNull(
                PolicyFile.parse("{\"groups\":{\"g\":{" + fields + "}}}").groups().get("g"));
    }
}
