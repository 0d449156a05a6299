package io.keelson.reboot.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** Never more hosts down than slots, whatever happens to etcd, the network or the coordinators. */
class FaultRunTest {
    /** {@code -Dkeelson.faults.seed=N} plays another run; {@code bench/faults.sh} longer ones. */
    private static final long SEED = Long.getLong("keelson.faults.seed", 6);

    private static final int SECONDS = 3;

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
        assertThat(FaultMain.run(directory, SEED, 1, SECONDS)).as("seed %d", SEED).isEmpty();
    }
}
