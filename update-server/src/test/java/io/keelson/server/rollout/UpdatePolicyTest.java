package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.server.release.Channel;
import io.keelson.server.release.StoredRelease;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

class UpdatePolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    @ParameterizedTest(name = "on {0}, channel at {1}, paused {2}, given up {3}: {4}")
    @CsvSource({
        "1.0.0,      1.1.0,     false, none,  offered",
        "1.9.0,      1.10.0,    false, none,  offered",
        "1.1.0~rc1,  1.1.0,     false, none,  offered",
        "1.0.0,      1.1.0,     false, 1.0.9, offered",
        "1.1.0,      1.1.0,     false, none,  up-to-date",
        "1.1.0,      1.1.0,     true,  1.1.0, up-to-date",
        "1.10.0,     1.9.0,     false, none,  newer-on-host",
        "1.1.0,      1.1.0~rc1, true,  none,  newer-on-host",
        "1.0.0,      1.1.0,     true,  none,  channel-paused",
        "1.0.0,      1.1.0,     true,  1.1.0, failed-here-before",
        "1.0.0,      1.1.0,     false, 1.1.0, failed-here-before",
        "'',         1.1.0,     false, none,  unreadable-version",
        "1_0,        1.1.0,     false, none,  unreadable-version",
    })
    void theFirstRuleThatAppliesGivesTheReason(
            String running, String released, boolean paused, String failed, String reason) {
        assertThat(reasonOf(decide(running, released, paused, failed, false))).isEqualTo(reason);
    }

    @ParameterizedTest(name = "on {0}, channel at {1}, paused {2}, given up {3}, asked for: {4}")
    @CsvSource({
        "1.0.0,      1.1.0,     false, 1.1.0, offered",
        "1.0.0,      1.1.0,     true,  1.1.0, channel-paused",
        "1.1.0,      1.1.0,     false, 1.1.0, up-to-date",
        "1.10.0,     1.9.0,     false, 1.9.0, newer-on-host",
    })
    void askingOnDemandLiftsNothingButTheFailure(
            String running, String released, boolean paused, String failed, String reason) {
        assertThat(reasonOf(decide(running, released, paused, failed, true))).isEqualTo(reason);
    }

    private static Verdict decide(
            String running, String released, boolean paused, String failed, boolean onDemand) {
        Channel channel = new Channel("demo", Optional.of(released), paused, 60, NOW);
        StoredRelease release =
                new StoredRelease(released, "amd64", "", 1, "", "", NOW, Optional.of(NOW));

        return UpdatePolicy.decide(
                new UpdatePolicy.Asking(running, "demo", Set.of(failed), onDemand),
                Optional.of(channel),
                Optional.of(release));
    }

    private static String reasonOf(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Offer offer -> DecisionReason.OFFERED.text();
            case Verdict.Denial denial -> denial.reason().text();
        };
    }
}
