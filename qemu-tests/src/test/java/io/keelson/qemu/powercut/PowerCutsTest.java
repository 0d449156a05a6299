package io.keelson.qemu.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.timeline.Timeline;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Three cuts at moments of the seed's choosing; bench/powercut.sh makes as many as one likes. */
@Tag("scenario")
class PowerCutsTest {
    private static final int CUTS = 3;

    private static final Path HOME =
            Path.of(System.getProperty("keelson.home", "..")).toAbsolutePath().normalize();

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void hostComesUpAfterEveryCutAndFinishesItsUpdate() throws Exception {
        long seed = Long.getLong("keelson.powercut.seed", System.nanoTime());
        LabSettings settings =
                new LabSettings(
                        HOME,
                        HOME.resolve(".demo"),
                        HOME.resolve("qemu-tests/target/scenarios/power-cuts"),
                        0,
                        LabSettings.Sources.OWN,
                        InstantSource.system());

        try (Lab lab =
                Attempts.run(
                                settings,
                                PowerCutsTest::timeline,
                                in -> PowerCuts.pass(in, seed, CUTS))
                        .lab()) {
            lab.timeline().table();

            assertThat(lab.timeline().facts()).hasSizeGreaterThan(CUTS);
        }
    }

    private static Timeline timeline(Path file) throws IOException {
        return Timeline.open(System.out, false, file, InstantSource.system());
    }
}
