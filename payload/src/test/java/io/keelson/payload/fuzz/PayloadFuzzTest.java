package io.keelson.payload.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The short part of {@code bench/fuzz.sh}; a failure names the input that shows it. */
class PayloadFuzzTest {
    private static final long SEED = 20_261_121;
    private static final int INPUTS = 20_000;

    @Test
    void everySpoiltPayloadEndsInARefusalOrInTheSignedContent() {
        SeededFuzz.run(PayloadFuzz::fuzzerTestOneInput, INPUTS, SEED);

        assertThat(PayloadFuzz.COUNTS.of("ended: APPLIED")).isPositive();
        assertThat(PayloadFuzz.COUNTS.of("reached 5: passed the rules")).isGreaterThan(INPUTS / 4);
    }
}
