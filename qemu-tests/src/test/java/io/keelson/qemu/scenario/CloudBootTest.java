package io.keelson.qemu.scenario;

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
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The recipe for container hosts, told by a signed addon where it starts. */
@Tag("scenario-long")
class CloudBootTest {
    private static final Path HOME =
            Path.of(System.getProperty("keelson.home", "..")).toAbsolutePath().normalize();

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void theCloudRecipeBootsOnItsPlatform() throws Exception {
        LabSettings settings =
                new LabSettings(
                        HOME,
                        HOME.resolve(".demo"),
                        HOME.resolve("qemu-tests/target/scenarios/cloud"),
                        0,
                        LabSettings.Sources.OWN,
                        InstantSource.system());

        var attempt = Attempts.run(settings, CloudBootTest::timeline, CloudBoot::pass);
        try (Lab _ = attempt.lab()) {
            Map<String, String> seen = attempt.result();
            assertThat(seen)
                    .containsEntry("platform", "keelson.platform=qemu")
                    .containsEntry("group", "edge")
                    .containsEntry("system", "running")
                    .containsEntry("healthy", "true")
                    .containsEntry("secure boot", "1")
                    .containsEntry("container", "cat");
            seen.forEach((question, answer) -> {
                if (question.endsWith(".service")) {
                    assertThat(answer).as(question).isEqualTo("active");
                }
            });
            assertThat(seen.get("update_engine's status by D-Bus")).contains("UPDATE_STATUS_IDLE");
        }
    }

    private static Timeline timeline(Path file) throws IOException {
        return Timeline.open(System.out, false, file, InstantSource.system());
    }
}
