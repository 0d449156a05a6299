package io.keelson.qemu.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.qemu.lab.Patience.Look;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;

class PatienceTest {
    @Test
    void returnsWhatWasSeen() throws Exception {
        assertThat(Patience.until("it", Duration.ofSeconds(5), () -> new Look.Seen<>(7)))
                .isEqualTo(7);
    }

    @Test
    void tellsWhatWasSeenInstead() {
        assertThatThrownBy(() ->
                        Patience.<String>until(
                                "the host",
                                Duration.ofMillis(10),
                                () -> new Look.NotYet<>("a cat")))
                .hasMessageContaining("the host was not seen")
                .hasMessageContaining("a cat");
    }

    @Test
    void tellsWhatKeptItFromLooking() {
        assertThatThrownBy(() ->
                        Patience.<String>until(
                                "the host",
                                Duration.ofMillis(10),
                                () -> {
                                    throw new IOException("no answer");
                                }))
                .hasMessageContaining("no answer");
    }
}
