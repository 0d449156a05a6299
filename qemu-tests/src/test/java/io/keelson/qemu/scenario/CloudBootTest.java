package io.keelson.qemu.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.qemu.lab.Attempts;
import io.keelson.qemu.lab.Lab;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The recipe for container hosts, told by a signed addon where it starts. */
@Tag("scenario-long")
class CloudBootTest {
    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void theCloudRecipeBootsOnItsPlatform() throws Exception {
        var attempt = Attempts.run(Played.settings("cloud"), Played::timeline, CloudBoot::pass);
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
}
