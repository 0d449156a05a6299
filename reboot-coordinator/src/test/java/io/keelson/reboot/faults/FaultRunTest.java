package io.keelson.reboot.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.faults.FaultRun.Fault;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Never more hosts down than slots, whatever happens to etcd, the network or the coordinators. */
class FaultRunTest {
    /** {@code -Dkeelson.faults.seed=N} plays another run, {@code ...rounds=N} a longer one. */
    private static final long SEED = Long.getLong("keelson.faults.seed", 6);

    private static final int ROUNDS = Integer.getInteger("keelson.faults.rounds", 1);
    private static final int SECONDS = Integer.getInteger("keelson.faults.seconds", 3);

    @TempDir Path directory;

    @BeforeAll
    static void needsNamespaces() {
        Network.missing()
                .ifPresent(reason -> {
                    System.err.println("FaultRunTest is skipped: " + reason);
                    Assumptions.abort(reason);
                });
    }

    @Test
    void everyFaultLeavesARecordThatTheCheckerPasses() throws IOException, InterruptedException {
        var random = new Random(SEED);
        try (var cluster = Cluster.start(directory);
                var run = new FaultRun(cluster, directory, SEED)) {
            run.start();
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
                    Collections.shuffle(faults, random);
                    for (Fault fault : faults) {
                        run.inflict(fault, SECONDS);
                    }
                }
                var violations = run.finish();
                System.err.println("seed " + SEED + ": " + run.summary());

                assertThat(violations).as("seed %d", SEED).isEmpty();
            } finally {
                run.recorder().write(Path.of("target", "faults", "seed-" + SEED + ".txt"));
            }
        }
    }
}
