package io.keelson.reboot.storm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** The storm that stock servers of FleetLock answer with errors, at a size for every build. */
class StormTest {
    @Test
    void twoHundredHostsAtOnceAreServedInOrderWithoutAnError(@TempDir Path directory)
            throws IOException, InterruptedException {
        try (var server = new StormServer(directory)) {
            var result = new Storm(server.address(), server.etcd().client()).run(200);

            assertThat(result.granted()).as("granted at once").isEqualTo(5);
            assertThat(result.errors()).as("errors: %s", result).isZero();
            assertThat(result.served()).as("served in the end").isEqualTo(200);
            assertThat(result.outOfOrder()).as("served out of order").isZero();
            assertThat(result.held()).as("held at the end").isZero();
        }
    }
}
