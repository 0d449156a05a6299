package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.config.UpdateConfig.PollSettings;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

class PollTimerTest {
    private static final Duration INTERVAL = Duration.ofMinutes(45);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void firstCheckComesSoonButNotForAllHostsAtOnce() {
        var first = timer(1, false);
        var second = timer(2, false);

        assertThat(first.untilDue()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(63));
        assertThat(first.untilDue()).isNotEqualTo(second.untilDue());
    }

    @Test
    void serverSetsTheIntervalWithinBounds() {
        PollTimer timer = timer(1, false);

        timer.succeeded(Optional.of(Duration.ofMinutes(2)));
        assertThat(timer.untilDue()).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(132));

        timer.succeeded(Optional.of(Duration.ofDays(365)));
        assertThat(timer.untilDue()).isLessThan(Duration.ofHours(5));
    }

    @Test
    void administratorsIntervalWinsOverTheServers() {
        PollTimer timer = timer(1, true);

        timer.succeeded(Optional.of(Duration.ofMinutes(2)));

        assertThat(timer.untilDue()).isBetween(INTERVAL, INTERVAL.plusMinutes(5));
    }

    @Test
    void failuresBackOffFromAMinuteToHoursAndSuccessEndsThat() {
        PollTimer timer = timer(1, false);

        timer.failed();
        assertThat(timer.untilDue()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(66));
        timer.failed();
        assertThat(timer.untilDue()).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(132));
        for (int i = 0; i < 100; i++) {
            timer.failed();
        }
        assertThat(timer.untilDue()).isBetween(Duration.ofHours(4), Duration.ofHours(5));
        timer.succeeded(Optional.empty());
        timer.failed();
        assertThat(timer.untilDue()).isLessThan(Duration.ofSeconds(67));
    }

    @Test
    void clockThatIsSetBackDoesNotStopThePolling() {
        PollTimer timer = timer(1, false);
        timer.succeeded(Optional.empty());
        boolean isDueBefore = timer.isDue();

        now = now.minus(Duration.ofDays(3650));

        assertThat(isDueBefore).isFalse();
        assertThat(timer.isDue()).isTrue();
        assertThat(timer.untilDue()).isZero();
    }

    private PollTimer timer(int seed, boolean isExplicit) {
        return new PollTimer(new PollSettings(INTERVAL, isExplicit), () -> now, new Random(seed));
    }
}
