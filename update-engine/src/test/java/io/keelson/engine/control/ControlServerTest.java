package io.keelson.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.json.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class ControlServerTest {
    @TempDir Path directory;
    private final List<Duration> rests = Collections.synchronizedList(new ArrayList<>());

    @Test
    void socketAnswersAgainAfterTheProcessRanOutOfFileDescriptors() throws Exception {
        var failures = new AtomicInteger(3);
        Path socket = directory.resolve("s");
        try (var _ =
                ControlServer.start(
                        socket,
                        _ -> ControlAnswer.ok(JsonObject.empty()),
                        new BrokenDoor(failures, new CountDownLatch(3)))) {

            ControlAnswer answer = new ControlClient(socket).call("GET", "/", JsonObject.empty());

            assertThat(answer.status()).isEqualTo(200);
            assertThat(rests).containsExactly(second(), second(), second());
        }
    }

    @Test
    void closedServerTriesNoMore() throws Exception {
        var rested = new CountDownLatch(2);
        var failures = new AtomicInteger(Integer.MAX_VALUE);
        var server =
                ControlServer.start(
                        directory.resolve("s"),
                        _ -> ControlAnswer.ok(JsonObject.empty()),
                        new BrokenDoor(failures, rested));
        rested.await();

        server.close();

        assertThat(server.awaitEnd(Duration.ofSeconds(10))).isTrue();
    }

    private static Duration second() {
        return Duration.ofSeconds(1);
    }

    private final class BrokenDoor implements ControlServer.Door {
        private final AtomicInteger failures;
        private final CountDownLatch rested;

        BrokenDoor(AtomicInteger failures, CountDownLatch rested) {
            this.failures = failures;
            this.rested = rested;
        }

        @Override
        public SocketChannel next(ServerSocketChannel listener) throws IOException {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("Too many open files");
            }
            return listener.accept();
        }

        @Override
        public void rest(Duration time) {
            rests.add(time);
            rested.countDown();
        }
    }
}
