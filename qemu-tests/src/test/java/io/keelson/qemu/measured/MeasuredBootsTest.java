package io.keelson.qemu.measured;

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

/** One boot with a software TPM, under the firmware and the arguments that all scenarios use. */
@Tag("scenario-long")
class MeasuredBootsTest {
    private static final Path HOME =
            Path.of(System.getProperty("keelson.home", "..")).toAbsolutePath().normalize();

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void theTpmHoldsWhatTheBuilderPredicted() throws Exception {
        LabSettings settings =
                new LabSettings(
                        HOME,
                        HOME.resolve(".demo"),
                        HOME.resolve("qemu-tests/target/scenarios/measured"),
                        0,
                        LabSettings.Sources.OWN,
                        InstantSource.system());

        try (Lab lab =
                Attempts.run(settings, MeasuredBootsTest::timeline, MeasuredBoots::pass).lab()) {
            assertThat(lab.timeline().facts()).hasSize(3);
        }
    }

    private static Timeline timeline(Path file) throws IOException {
        return Timeline.open(System.out, false, file, InstantSource.system());
    }
}
