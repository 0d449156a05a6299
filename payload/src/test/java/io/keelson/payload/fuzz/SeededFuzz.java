package io.keelson.payload.fuzz;

import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;

/** Feeds a fuzz target with seeded random programs, where coverage needs no guide. */
public final class SeededFuzz {
    private static final int PROGRAM_BYTES_MAX = 64;

    private SeededFuzz() {}

    /** Arguments: how many inputs, seed. */
    public static void main(String[] args) {
        run(PayloadFuzz::fuzzerTestOneInput, Integer.parseInt(args[0]), Long.parseLong(args[1]));
        System.out.print(PayloadFuzz.COUNTS);
    }

    /**
     * @throws AssertionError at the first input that ends in anything but a refusal; names it
     */
    static void run(Consumer<byte[]> target, int inputs, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < inputs; i++) {
            byte[] program = new byte[2 + random.nextInt(PROGRAM_BYTES_MAX)];
            random.nextBytes(program);
            try {
                target.accept(program);
            } catch (Throwable e) {
                String hex = HexFormat.of().formatHex(program);
                throw new AssertionError("input " + i + " of seed " + seed + ": " + hex, e);
            }
        }
    }
}
