package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.control.ControlServer;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

@Timeout(30)
class HostCommandTest {
    private static final String STATUS =
            """
            {"version":"1.0.0","state":"waiting-for-lock","detail":{"from":"1.0.0","to":"1.1.0"},
             "secureBoot":true,
             "slots":[{"slot":"A","version":"1.0.0","state":"running"},
                      {"slot":"B","version":"1.1.0","state":"on-trial","triesLeft":3}],
             "server":"http://127.0.0.1/v1/update/","group":"demo",
             "lastCheck":"2026-01-01T00:00:00Z","lastError":"none to speak of",
             "lock":{"strategy":"lock","group":"default","position":1,"reason":"held by other"},
             "bad":[{"version":"0.9.0","reason":"health gate failed: x"}]}
            """;

    @TempDir Path directory;
    private final List<ControlRequest> requests = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ControlAnswer answer = ControlAnswer.ok(JsonObject.empty());
    private ControlServer server;

    @BeforeEach
    void listen() throws Exception {
        server =
                ControlServer.start(
                        directory.resolve("s"),
                        request -> {
                            requests.add(request);
                            return answer;
                        });
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void statusIsOneScreen() throws Exception {
        answer = ControlAnswer.ok(JsonText.read(STATUS.getBytes(StandardCharsets.UTF_8)));

        assertThat(run("status")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        version      1.0.0
                        state        waiting-for-lock from=1.0.0 to=1.1.0
                        slot A       1.0.0 (running)
                        slot B       1.1.0 (on-trial, tries left 3)
                        secure boot  enforcing
                        server       http://127.0.0.1/v1/update/ (group demo)
                        last check   2026-01-01T00:00:00Z
                        next check   -
                        last error   none to speak of
                        reboot       lock, group default, waiting at position 1: held by other
                        bad version  0.9.0: health gate failed: x
                        """);
        assertThat(requests.getFirst().method()).isEqualTo("GET");
    }

    @Test
    void machinesGetTheWholeDocument() throws Exception {
        answer = ControlAnswer.ok(JsonText.read(STATUS.getBytes(StandardCharsets.UTF_8)));

        assertThat(run("status", "--json")).isZero();

        assertThat(JsonText.read(out.toByteArray())).isEqualTo(answer.body());
    }

    @Test
    void retryTravelsInTheBody() {
        assertThat(run("apply", "--retry")).isZero();

        assertThat(requests.getFirst().path()).isEqualTo("/apply");
        assertThat(requests.getFirst().body().flag("retry")).isTrue();
    }

    @Test
    void refusalIsOneSentenceAndExitOne() {
        answer = ControlAnswer.conflict("cannot check while the host is rebooting");

        assertThat(run("check")).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("keelson host check: cannot check while the host is rebooting\n");
    }

    @Test
    void sickHostMakesHealthFail() {
        answer = ControlAnswer.ok(JsonObject.empty().with("healthy", false));

        assertThat(run("health")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fly", "status twice", "check --retry", "--verbose"})
    void wrongUsageIsExitTwo(String words) {
        assertThat(run(words.split(" ", -1))).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("usage: keelson host ");
        assertThat(requests).isEmpty();
    }

    @Test
    void missingDaemonIsNamedWithTheRemedy() throws Exception {
        server.close();

        assertThat(run("status")).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("is keelsond.service running");
    }

    private int run(String... args) {
        return HostCommand.run(
                List.of(args),
                directory.resolve("s"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
