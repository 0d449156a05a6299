package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Who may change something: one server with a token, one without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminGuardTest {
    private RunningServer guarded;
    private RunningServer open;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "a long enough secret\n");
        guarded = start(directory, "guarded", Optional.of(token));
        open = start(directory, "open", Optional.empty());
    }

    @AfterAll
    void stop() {
        guarded.close();
        open.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /api/channels/x",
                "PUT /%61pi/channels/x",
                "PUT /ap%69/channels/x",
                "PUT /api;a=b/channels/x",
                "PUT //api/channels/x",
                "POST /api/channels/x/pause",
                "DELETE /anything",
                "OPTIONS /api/channels",
                "PUT /v1/update",
                "POST /v1/update/x",
                "POST /v1/update/..;/api/channels/x/pause",
            })
    void noSpellingOfAChangePassesWithoutTheToken(String call) throws Exception {
        assertThat(status(guarded, call, "localhost")).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/channels,   200",
        "HEAD /api/channels,  200",
        "POST /v1/update,     400",
        "POST /v1/update/,    400",
        "POST /v1/%75pdate,   400",
    })
    void readsAndHostsNeedNoToken(String call, int status) throws Exception {
        assertThat(status(guarded, call, "updates.example")).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,               200",
        "LocalHost:8080,          200",
        "127.0.0.1:8080,          200",
        "127.9.9.9,               200",
        "[::1]:8080,              200",
        "[0:0:0:0:0:0:0:1]:8080,  200",
        "rebound.example:8080,    403",
        "localhost.example,       403",
        "127.0.0.1.example:8080,  403",
        "10.0.0.1:8080,           403",
        "[::2]:8080,              403",
    })
    void withoutATokenChangesNeedALoopbackName(String host, int status) throws Exception {
        assertThat(status(open, "PUT /api/channels/demo", host)).isEqualTo(status);
        assertThat(status(open, "GET /api/channels", host)).isEqualTo(200);
    }

    private static RunningServer start(Path directory, String name, Optional<Path> token)
            throws Exception {
        Path key = ServerFixture.publicKey(directory, ServerFixture.TRUSTED);
        return RunningServer.start(
                new ServerOptions("127.0.0.1", 0, directory.resolve(name), List.of(key), token),
                InstantSource.fixed(ServerFixture.NOW));
    }

    /** By hand, because a client would not send these paths and hosts as they are. */
    private static int status(RunningServer server, String call, String host) throws Exception {
        String answer =
                RawHttp.answer(
                        server.uri(),
                        call + " HTTP/1.1",
                        "Host: " + host,
                        "Content-Type: application/json",
                        "Content-Length: 2",
                        "Connection: close",
                        "",
                        "{}");
        return RawHttp.status(answer);
    }
}
