package io.keelson.payload.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keelson.payload.PayloadException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

/**
 * One wrong bit in a payload with every operation; {@code bench/bitflips.sh} does it to a release.
 */
class BitFlipTest {
    private static final long SEED = 20_261_121;
    private static final int FLIPS = 1000;

    @Test
    void noFlippedBitOfAThousandIsAccepted() {
        byte[] payload = PayloadFuzz.withEveryOperation();
        assertThatCode(() -> PayloadFuzz.apply(payload)).doesNotThrowAnyException();
        Random random = new Random(SEED);

        for (int i = 0; i < FLIPS; i++) {
            int position = random.nextInt(payload.length);
            byte[] damaged = payload.clone();
            damaged[position] ^= (byte) (1 << random.nextInt(8));

            assertThat(catchThrowable(() -> PayloadFuzz.apply(damaged)))
                    .as("flip %d at byte %d of %d, seed %d", i, position, payload.length, SEED)
                    .isInstanceOf(PayloadException.class);
        }
    }

    @Test
    void noFlippedBitOfWhatIsNotDataIsAccepted() {
        byte[] payload = PayloadFuzz.withEveryOperation();
        int data = PayloadFuzz.dataOffset(payload);
        List<int[]> structured =
                List.of(
                        new int[] {0, data},
                        new int[] {payload.length - FuzzedPayload.MESSAGE_BYTES, payload.length});

        for (int[] range : structured) {
            for (int position = range[0]; position < range[1]; position++) {
                byte[] damaged = payload.clone();
                damaged[position] ^= (byte) (1 << position % 8);

                assertThat(catchThrowable(() -> PayloadFuzz.apply(damaged)))
                        .as("flip of bit %d of byte %d", position % 8, position)
                        .isInstanceOf(PayloadException.class);
            }
        }
    }
}
