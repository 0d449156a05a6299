package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class RestTest {
    private static final ControlRequest CHECK =
            new ControlRequest("POST", "/check", JsonObject.empty());

    @TempDir Path directory;

    @Test
    void memoryIsGivenBackOnceAfterEachCheckAndNotBeforeTheFirst() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        var host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        Agent agent = host.start();
        assertThat(agent.step()).isLessThan(Duration.ofMinutes(1));

        try (var loop = new RunningLoop(agent)) {
            assertThat(agent.handle(CHECK).isOk()).isTrue();
            loop.await(() -> host.rests.get() == 1);
            assertThat(agent.handle(CHECK).isOk()).isTrue();
            loop.await(() -> host.rests.get() == 2);
        }
        assertThat(host.rests).hasValue(2);
    }
}
