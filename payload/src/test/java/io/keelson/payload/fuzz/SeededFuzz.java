package io.keelson.payload.fuzz;

import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;

/** Feeds a fuzz target with seeded random programs, where coverage needs no guide. */
public final class SeededFuzz {
    private static final int PROGRAM_BYTES_MAX = 64;

    private SeededFuzz() {}

    /** Arguments: the fuzz target's simple name, how many inputs, seed. */
    public static void main(String[] args) {
        int inputs = Integer.parseInt(args[1]);
        long seed = Long.parseLong(args[2]);
        StageCounts counts =
                switch (args[0]) {
                    case "PayloadFuzz" -> {
                        run(PayloadFuzz::fuzzerTestOneInput, inputs, seed);
                        yield PayloadFuzz.COUNTS;
                    }
                    case "ManifestFuzz" -> {
                        run(ManifestFuzz::spoilt, inputs, seed);
                        yield ManifestFuzz.COUNTS;
                    }
                    case "PatchFuzz" -> {
                        run(PatchFuzz::fuzzerTestOneInput, inputs, seed);
                        yield PatchFuzz.COUNTS;
                    }
                    default -> throw new IllegalArgumentException("no target " + args[0]);
                };
        System.out.print(counts);
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
