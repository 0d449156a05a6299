package io.keelson.payload.delta.suffix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

class SuffixArrayTest {
    private static final long SEED = 20_261_121;

    @Test
    void suffixesComeInTheOrderOfTheirBytes() {
        Random random = new Random(SEED);
        for (int round = 0; round < 400; round++) {
            byte[] text = new byte[random.nextInt(300)];
            int symbols = 1 + random.nextInt(round % 3 == 0 ? 256 : 4);
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) random.nextInt(symbols);
            }

            int[] suffixes = SuffixArray.of(text);

            assertThat(suffixes).as("seed %d round %d", SEED, round).isEqualTo(sorted(text));
        }
    }

    @Test
    void periodicTextsAreSortedToo() {
        for (String text : new String[] {"", "a", "aaaaaaa", "abababab", "mississippi", "banana"}) {
            byte[] bytes = text.repeat(3).getBytes(StandardCharsets.US_ASCII);

            assertThat(SuffixArray.of(bytes)).isEqualTo(sorted(bytes));
        }
    }

    @Test
    void theLongestMatchIsFound() {
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            byte[] old = bytes(random, 200);
            byte[] next = bytes(random, 100);
            var index = new SuffixIndex(old);

            for (int from = 0; from + 2 < next.length; from++) {
                int length = index.longest(next, from);

                int expected = longest(old, next, from);
                // Matches of one byte are of no use and not looked for.
                assertThat(length < 2 ? 0 : length)
                        .as("seed %d round %d from %d", SEED, round, from)
                        .isEqualTo(expected < 2 ? 0 : expected);
                if (length > 1) {
                    assertThat(SuffixIndex.matching(old, index.position(), next, from))
                            .isGreaterThanOrEqualTo(length);
                }
            }
        }
    }

    private static byte[] bytes(Random random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(3);
        }
        return bytes;
    }

    private static int longest(byte[] old, byte[] next, int from) {
        int best = 0;
        for (int i = 0; i < old.length; i++) {
            best = Math.max(best, SuffixIndex.matching(old, i, next, from));
        }
        return best;
    }

    private static int[] sorted(byte[] text) {
        return IntStream.range(0, text.length)
                .boxed()
                .sorted((a, b) ->
                        Arrays.compareUnsigned(text, a, text.length, text, b, text.length))
                .mapToInt(i -> i)
                .toArray();
    }
}
