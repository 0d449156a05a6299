package io.keelson.payload.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the inputs coverage-guided fuzzing starts from. */
public final class FuzzSeeds {
    private FuzzSeeds() {}

    /** Arguments: the fuzz target's simple name, a directory. */
    public static void main(String[] args) throws IOException {
        List<byte[]> seeds =
                switch (args[0]) {
                    case "PayloadFuzz" -> PayloadFuzz.seeds();
                    case "ManifestFuzz" -> ManifestFuzz.seeds();
                    case "PatchFuzz" -> PatchFuzz.seeds();
                    default -> throw new IllegalArgumentException("no seeds for " + args[0]);
                };
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(Path.of(args[1], "seed-" + i), seeds.get(i));
        }
    }
}
