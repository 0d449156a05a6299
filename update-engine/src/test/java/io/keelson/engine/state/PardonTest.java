package io.keelson.engine.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class PardonTest {
    private static final Instant NOW = Instant.parse("2026-07-30T12:00:00Z");
    private static final Instant WISH = NOW.minusSeconds(60);

    @Test
    void eachWishIsFollowedOnce() {
        Optional<Pardon> first = Pardon.of(WISH, NOW, Optional.empty());

        assertThat(first).contains(new Pardon(WISH, NOW));
        assertThat(Pardon.of(WISH, NOW.plus(Duration.ofDays(9)), first)).isEmpty();
    }

    @Test
    void anotherWishIsFollowedAnHourLater() {
        Optional<Pardon> first = Pardon.of(WISH, NOW, Optional.empty());
        Instant second = NOW.plusSeconds(1);

        assertThat(Pardon.of(second, NOW.plus(Duration.ofMinutes(59)), first)).isEmpty();
        Instant later = NOW.plus(Duration.ofHours(1));
        assertThat(Pardon.of(second, later, first)).contains(new Pardon(second, later));
    }

    @Test
    void aClockThatWentBackDoesNotHoldAWishUp() {
        Optional<Pardon> first = Pardon.of(WISH, NOW.plus(Duration.ofDays(999)), Optional.empty());

        assertThat(Pardon.of(NOW, NOW, first)).contains(new Pardon(NOW, NOW));
    }
}
