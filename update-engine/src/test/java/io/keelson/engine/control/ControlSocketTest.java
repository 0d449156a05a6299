package io.keelson.engine.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.engine.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

@Timeout(30)
class ControlSocketTest {
    @TempDir Path directory;
    private Path socket;
    private ControlServer server;

    @BeforeEach
    void listen() throws Exception {
        socket = directory.resolve("s");
        server =
                ControlServer.start(
                        socket,
                        request ->
                                ControlAnswer.ok(
                                        JsonObject.empty()
                                                .with("method", request.method())
                                                .with("path", request.path())
                                                .with("body", request.body())));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void callArrivesWithMethodPathAndBody() throws Exception {
        ControlAnswer answer =
                new ControlClient(socket)
                        .call("POST", "/apply", JsonObject.empty().with("retry", true));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().text("method")).isEqualTo("POST");
        assertThat(answer.body().text("path")).isEqualTo("/apply");
        assertThat(answer.body().object("body").orElseThrow().flag("retry")).isTrue();
    }

    @Test
    void onlyTheOwnerMayOpenTheSocket() throws Exception {
        assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /status SPDY/1\r\n\r\n",
                "POST /apply HTTP/1.1\r\nContent-Length: 5000\r\n\r\n",
                "POST /apply HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "POST /apply HTTP/1.1\r\nContent-Length: 3\r\n\r\n[1]",
                "POST /apply HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void badRequestGetsASentence(String request) throws Exception {
        assertThat(raw(request)).startsWith("HTTP/1.1 400 ").contains("\"bad-request\"");
    }

    @Test
    void endlessHeadersAreCutOff() throws Exception {
        String header = "X: " + "x".repeat(ControlMessage.HEAD_BYTES_MAX) + "\r\n\r\n";

        assertThat(raw("GET /status HTTP/1.1\r\n" + header)).contains("headers are larger");
    }

    @Test
    void clientOfAStoppedServerSaysSo() throws Exception {
        server.close();

        assertThatThrownBy(() -> new ControlClient(socket).call("GET", "/x", JsonObject.empty()))
                .isInstanceOf(IOException.class);
    }

    private String raw(String request) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new String(
                    Channels.newInputStream(channel).readNBytes(64 * 1024), StandardCharsets.UTF_8);
        }
    }
}
