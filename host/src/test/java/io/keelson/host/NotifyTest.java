package io.keelson.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

@Timeout(30)
class NotifyTest {
    /** The JDK has no datagram sockets in the file system, so another program listens. */
    private static final String LISTENER =
            """
            import socket, sys
            name = sys.argv[1]
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind("\\0" + name[1:] if name.startswith("@") else name)
            s.settimeout(20)
            print("listening", flush=True)
            print("got", s.recv(4096).decode(), flush=True)
            """;

    @TempDir Path directory;

    @Test
    void withoutAServiceManagerNothingIsSent() {
        assertThat(new Notify(null).send("READY=1")).isFalse();
        assertThat(new Notify("").send("READY=1")).isFalse();
    }

    @Test
    void aMessageArrivesAtASocketInTheFileSystem() throws Exception {
        assertThat(sendTo(directory.resolve("notify").toString())).contains("got READY=1");
    }

    @Test
    void aMessageArrivesAtAnAbstractSocket() throws Exception {
        assertThat(sendTo("@keelson-notify-test-" + ProcessHandle.current().pid()))
                .contains("got READY=1");
    }

    @Test
    void aSocketNobodyListensOnIsNotAnErrorForTheService() {
        assertThat(new Notify(directory.resolve("nobody").toString()).send("READY=1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relative/path",
                "/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
            })
    void namesTheKernelCannotTakeAreRefused(String name) {
        assertThatThrownBy(() -> new Notify(name).send("READY=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is neither an absolute path");
    }

    private String sendTo(String name) throws Exception {
        Path log = directory.resolve("log");
        try (var listener =
                Command.start(List.of("python3", "-c", LISTENER, name), log, Map.of())) {
            while (!Files.exists(log) || !Files.readString(log).contains("listening")) {
                assertThat(listener.waitFor(Duration.ofMillis(20))).isEmpty();
            }
            assertThat(new Notify(name).send("READY=1")).isTrue();
            assertThat(listener.waitFor(Duration.ofSeconds(10))).hasValue(0);
        }
        return Files.readString(log);
    }
}
