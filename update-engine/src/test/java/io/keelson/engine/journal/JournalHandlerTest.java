package io.keelson.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.host.JournalSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

@Timeout(30)
class JournalHandlerTest {
    /** The JDK has no datagram sockets in the file system, so another program is journald. */
    private static final String JOURNALD =
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            s.settimeout(20)
            print(s.recv(65536).decode(), flush=True)
            """;

    @TempDir Path directory;
    private final List<String> text = new ArrayList<>();

    @Test
    void eventBecomesAnEntryWithFields() throws Exception {
        Path socket = directory.resolve("journal");
        Path log = directory.resolve("log");
        try (ChildProcess journald =
                Command.start(
                        List.of("python3", "-c", JOURNALD, socket.toString()), log, Map.of())) {
            while (!Files.exists(socket) && journald.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            publish(socket);
            assertThat(journald.waitFor(Duration.ofSeconds(20))).hasValue(0);
        }

        assertThat(Files.readString(log).lines())
                .contains(
                        "MESSAGE=update available version=2 bytes=it's 7",
                        "PRIORITY=4",
                        "SYSLOG_IDENTIFIER=keelsond",
                        "MESSAGE_ID=" + JournalHandler.messageId("update available"),
                        "KEELSON_EVENT=update available",
                        "KEELSON_VERSION=2",
                        "KEELSON_STATE=checking",
                        "KEELSON_NOT_BY=delta")
                .doesNotContain("KEELSON_VERSION=1");
        assertThat(text).isEmpty();
    }

    @Test
    void whatTheJournalDoesNotTakeIsTextAsBefore() {
        publish(directory.resolve("nobody"));

        assertThat(text).containsExactly("update available version=2 bytes=it's 7");
    }

    @Test
    void eventHasTheSameIdForEver() {
        assertThat(JournalHandler.messageId("boot confirmed"))
                .isEqualTo("39659f69aff03becb85387b770db3f2e");
    }

    private void publish(Path socket) {
        var handler =
                new JournalHandler(
                        new JournalSocket(socket),
                        () -> Map.of("KEELSON_STATE", "checking", "KEELSON_VERSION", "1"),
                        new Texts());
        var line = new LogRecord(Level.WARNING, "update available version=2 bytes=it's 7");
        var event = new JournalEvent("update available", Map.of("version", "2", "not-by", "delta"));
        line.setParameters(new Object[] {event});
        handler.publish(line);
    }

    private final class Texts extends Handler {
        @Override
        public void publish(LogRecord line) {
            text.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
