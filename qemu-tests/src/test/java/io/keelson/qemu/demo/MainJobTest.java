package io.keelson.qemu.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.timeline.Fact;
import io.keelson.qemu.timeline.Timeline;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The whole-system scenario of the demo; never skipped where scenarios run. */
@Tag("scenario")
class MainJobTest {
    private static final Path HOME =
            Path.of(System.getProperty("keelson.home", "..")).toAbsolutePath().normalize();

    @Test
    @Timeout(value = 55, unit = TimeUnit.MINUTES)
    void aHostUpdatesItselfFallsBackAndRefusesForgery() throws Exception {
        LabSettings settings =
                new LabSettings(
                        HOME,
                        HOME.resolve(".demo"),
                        HOME.resolve("qemu-tests/target/scenarios/main-job"),
                        0,
                        LabSettings.Sources.OWN,
                        InstantSource.system());

        try (Lab lab = Attempts.run(settings, MainJobTest::timeline, DemoScenario::pass).lab()) {
            assertThat(lab.timeline().facts().stream().map(Fact::point).collect(Collectors.toSet()))
                    .as("points with observed facts")
                    .contains(1, 2, 3, 4, 5, 6, 7);
        }
    }

    private static Timeline timeline(Path file) throws IOException {
        return Timeline.open(System.out, false, file, InstantSource.system());
    }
}
