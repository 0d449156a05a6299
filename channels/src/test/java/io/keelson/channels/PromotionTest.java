package io.keelson.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

class PromotionTest {
    private static final ChannelMap CHANNELS =
            ChannelMap.of(
                    List.of(
                            channel("alpha", "beta"),
                            channel("beta", "stable"),
                            channel("stable", null),
                            channel("demo", null)));

    @Test
    void aFreshBuildEntersWhereNothingPromotesTo() {
        for (String entry : List.of("alpha", "demo")) {
            assertThat(decide(Map.of(), entry, "1.0.0")).isEqualTo(new Promotion.Allowed());
        }
    }

    @Test
    void aReleaseMovesFromAlphaToBetaToStable() {
        Map<String, ChannelHistory> onAlpha = Map.of("alpha", served("1.0.0"));
        Map<String, ChannelHistory> onBeta =
                Map.of("alpha", served("1.0.0"), "beta", served("1.0.0"));

        assertThat(decide(onAlpha, "beta", "1.0.0")).isEqualTo(new Promotion.Allowed());
        assertThat(decide(onBeta, "stable", "1.0.0")).isEqualTo(new Promotion.Allowed());
    }

    @Test
    void noChannelIsSkipped() {
        assertThat(decide(Map.of("alpha", served("1.0.0")), "stable", "1.0.0"))
                .isEqualTo(
                        new Promotion.Refused(
                                "1.0.0 was never on beta, from where channel stable takes its"
                                        + " releases; promote it there first"));
    }

    @Test
    void aReleaseThatItsSourceHasLeftBehindMayStillBePromoted() {
        assertThat(decide(Map.of("alpha", served("1.0.0", "1.1.0")), "beta", "1.0.0"))
                .isEqualTo(new Promotion.Allowed());
    }

    @Test
    void theCurrentReleaseNeedsNoPromotion() {
        assertThat(decide(Map.of("demo", served("1.0.0")), "demo", "1.0.0"))
                .isEqualTo(new Promotion.AlreadyCurrent());
    }

    @Test
    void anOlderReleaseIsRefused() {
        assertThat(decide(Map.of("demo", served("1.10.0")), "demo", "1.9.0"))
                .isEqualTo(
                        new Promotion.Refused(
                                "1.9.0 is older than 1.10.0, which channel demo serves; hosts are"
                                        + " never sent down by a promotion"));
    }

    @Test
    void anUnknownChannelIsRefusedWithTheKnownOnes() {
        assertThat(decide(Map.of(), "gamma", "1.0.0"))
                .isEqualTo(
                        new Promotion.Refused(
                                "there is no channel gamma; known are alpha, beta, demo, stable"));
    }

    @Test
    void circlesAndLooseEndsAreRefused() {
        assertThatThrownBy(() -> ChannelMap.of(List.of(channel("a", "b"), channel("b", "a"))))
                .hasMessageContaining("circle");
        assertThatThrownBy(() -> ChannelMap.of(List.of(channel("a", "b"))))
                .hasMessage("channel a promotes to b, which is not defined");
        assertThatThrownBy(() -> ChannelMap.of(List.of(channel("a", null), channel("a", null))))
                .hasMessage("channel a is defined twice");
    }

    private static Promotion decide(
            Map<String, ChannelHistory> history, String channel, String version) {
        return Promotion.decide(CHANNELS, history, channel, new ReleaseVersion(version));
    }

    private static ChannelHistory served(String... versions) {
        List<ReleaseVersion> all = Arrays.stream(versions).map(ReleaseVersion::new).toList();
        return new ChannelHistory(
                Optional.of(all.getLast()), all.stream().collect(Collectors.toSet()));
    }

    private static ChannelDefinition channel(String name, @Nullable String promotesTo) {
        return new ChannelDefinition(
                name, "test", "amd64-usr", Duration.ofMinutes(1), Optional.ofNullable(promotesTo));
    }
}
