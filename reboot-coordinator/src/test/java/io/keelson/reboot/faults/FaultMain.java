package io.keelson.reboot.faults;

import io.keelson.reboot.faults.FaultRun.Fault;
import io.keelson.reboot.proof.Violation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One seeded run of faults, as long as asked for; its record stays. */
final class FaultMain {
    private FaultMain() {}

    /**
     * Runs until the rounds are over.
     *
     * @param arguments seed, rounds
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long seed = Long.parseLong(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path directory = Files.createTempDirectory("keelson-faults");
        List<Violation> violations = run(directory, seed, rounds, 3);
        violations.forEach(System.out::println);
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    static List<Violation> run(Path directory, long seed, int rounds, int seconds)
            throws IOException, InterruptedException {
        var random = new Random(seed);
        try (var cluster = Cluster.start(directory);
                var run = new FaultRun(cluster, directory, seed)) {
            run.start();
            try {
                for (int round = 0; round < rounds; round++) {
                    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
                    Collections.shuffle(faults, random);
                    for (Fault fault : faults) {
                        run.inflict(fault, seconds);
                    }
                }
                List<Violation> violations = run.finish();
                System.out.println(
                        "faults seed="
                                + seed
                                + " rounds="
                                + rounds
                                + " violations="
                                + violations.size()
                                + " "
                                + run.summary()
                                + (violations.isEmpty() ? " ok" : " MISSED"));
                return violations;
            } finally {
                run.recorder().write(Path.of("target", "faults", "seed-" + seed + ".txt"));
            }
        }
    }
}
