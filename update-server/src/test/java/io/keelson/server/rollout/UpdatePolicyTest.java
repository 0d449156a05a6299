package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.server.release.Channel;
import io.keelson.server.release.StoredRelease;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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

    @ParameterizedTest(name = "announces {0}, paused {1}, given up {2}: {3}")
    @CsvSource({
        "zstd zstd-history, false, none,  offered",
        "zstd,              false, none,  capability-missing",
        "brotli,            false, none,  capability-missing",
        "'',                true,  none,  capability-missing",
        "'',                false, 1.1.0, failed-here-before",
    })
    void aPayloadGoesOnlyToHostsThatAnnounceAllItTakes(
            String announced, boolean paused, String failed, String reason) {
        Verdict verdict =
                UpdatePolicy.decide(
                        new UpdatePolicy.Asking(
                                "1.0.0",
                                "demo",
                                Set.of(failed),
                                Set.of(announced.split(" ", -1)),
                                false),
                        Optional.of(channel("1.1.0", paused)),
                        Optional.of(release("1.1.0", "zstd", "zstd-history")),
                        NOW);

        assertThat(reasonOf(verdict)).isEqualTo(reason);
    }

    private static Verdict decide(
            String running, String released, boolean paused, String failed, boolean onDemand) {
        return UpdatePolicy.decide(
                new UpdatePolicy.Asking(running, "demo", Set.of(failed), Set.of(), onDemand),
                Optional.of(channel(released, paused)),
                Optional.of(release(released)),
                NOW);
    }

    private static Channel channel(String released, boolean paused) {
        return new Channel("demo", Optional.of(released), paused, 60, NOW);
    }

    private static StoredRelease release(String version, String... capabilities) {
        return new StoredRelease(
                version,
                "amd64",
                "",
                1,
                "",
                "",
                new TreeSet<>(Set.of(capabilities)),
                NOW,
                Optional.of(NOW));
    }

    private static String reasonOf(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Offer offer -> DecisionReason.OFFERED.text();
            case Verdict.Denial denial -> denial.reason().text();
        };
    }
}
