package io.keelson.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.server.CheckAnswer;
import io.keelson.engine.server.Download;
import io.keelson.engine.server.Part;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.engine.state.Report;
import io.keelson.omaha.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class StumbleTest {
    @TempDir Path directory;

    @Test
    void stepThatFailsUnexpectedlyEndsTheUpdateAndNotTheDaemon() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        TestRelease two = TestRelease.build(directory, "1.1.0", TestRelease.OUR_KEY);
        var host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        Agent agent = Agent.start(host.parts(new BrokenServer(two)));
        host.now = host.now.plus(Duration.ofMinutes(2));

        try (var loop = new RunningLoop(agent)) {
            loop.await(() -> agent.memory().history().lastError().isPresent());
            loop.await(() -> agent.memory().state() instanceof AgentState.Idle);

            assertThat(loop.isAlive()).isTrue();
        }

        assertThat(agent.memory().history().lastError().orElseThrow())
                .startsWith("unexpected java.lang.IllegalArgumentException");
    }

    @Test
    void answerThatIsNoneIsToldOnceAlsoWhereTheReasonIsLongerThanWhatIsKept() throws Exception {
        TestRelease one = TestRelease.build(directory, "1.0.0", TestRelease.OUR_KEY);
        var host = new TestHost(Files.createDirectory(directory.resolve("host")), one, 1);
        host.server.answer =
                new CheckAnswer.Failed(
                        ErrorCode.OMAHA_RESPONSE_INVALID, "no answer: " + "x".repeat(5000));

        host.runFor(host.start(), Duration.ofHours(5));

        assertThat(host.server.checks).isGreaterThan(2);
        assertThat(host.server.events()).isEqualTo("3/0:" + ErrorCode.OMAHA_RESPONSE_INVALID);
    }

    /** Offers a release whose download meets a mistake of ours. */
    private record BrokenServer(TestRelease offered) implements UpdateServer {
        @Override
        public CheckAnswer check(String version, boolean onDemand) {
            return new CheckAnswer.Offered(
                    new Offer(
                            offered.version(),
                            OfferedFile.full(
                                    List.of(URI.create("http://127.0.0.1/")), 1, "c".repeat(64)),
                            List.of()));
        }

        @Override
        public Optional<String> report(Report report) {
            return Optional.empty();
        }

        @Override
        public Download download(URI source, Part part) {
            throw new IllegalArgumentException("a mistake");
        }
    }
}
