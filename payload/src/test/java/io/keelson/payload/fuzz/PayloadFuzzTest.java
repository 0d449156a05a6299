package io.keelson.payload.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.Random;

/** The short part of {@code bench/fuzz.sh}; a failure names the input that shows it. */
class PayloadFuzzTest {
    private static final long SEED = 20_261_121;
    private static final int INPUTS = 20_000;
    private static final int PROGRAM_BYTES_MAX = 64;

    @Test
    void everySpoiltPayloadEndsInARefusalOrInTheSignedContent() {
        Random random = new Random(SEED);
        for (int i = 0; i < INPUTS; i++) {
            byte[] program = new byte[2 + random.nextInt(PROGRAM_BYTES_MAX)];
            random.nextBytes(program);
            try {
                PayloadFuzz.fuzzerTestOneInput(program);
            } catch (Throwable e) {
                fail("input %d, program %s".formatted(i, HexFormat.of().formatHex(program)), e);
            }
        }
        System.out.print(PayloadFuzz.COUNTS);
        assertThat(PayloadFuzz.COUNTS.of("ended: APPLIED")).isPositive();
        assertThat(PayloadFuzz.COUNTS.of("reached 5: passed the rules")).isGreaterThan(INPUTS / 4);
    }
}
