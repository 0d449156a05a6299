package io.keelson.payload.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

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

    @Test
    void everySpoiltPatchEndsInARefusalOrInExactlyTheBytesAskedFor() {
        SeededFuzz.run(PatchFuzz::fuzzerTestOneInput, INPUTS, SEED);

        for (String patch : List.of("ZSTD_PATCH", "SPLIT_BSDIFF", "REPACK")) {
            assertThat(PatchFuzz.COUNTS.of("ended: applied, " + patch)).as(patch).isPositive();
        }
    }

    @Test
    void everyValidPatchIsApplied() {
        long before = PatchFuzz.COUNTS.of("ended: applied, REPACK");

        PatchFuzz.seeds().forEach(PatchFuzz::fuzzerTestOneInput);

        assertThat(PatchFuzz.COUNTS.of("ended: applied, REPACK")).isEqualTo(before + 1);
    }

    @Test
    void everySpoiltManifestIsReadOrRefused() {
        SeededFuzz.run(ManifestFuzz::spoilt, INPUTS, SEED);

        assertThat(ManifestFuzz.COUNTS.of("ended: passed the rules")).isPositive();
    }

    @Test
    void everyManifestFuzzingStartsFromPassesTheRules() {
        long before = ManifestFuzz.COUNTS.of("ended: passed the rules");

        ManifestFuzz.seeds().forEach(ManifestFuzz::fuzzerTestOneInput);

        assertThat(ManifestFuzz.COUNTS.of("ended: passed the rules"))
                .isEqualTo(before + ManifestFuzz.seeds().size());
    }
}
