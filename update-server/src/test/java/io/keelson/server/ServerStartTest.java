package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

class ServerStartTest {
    @TempDir private Path directory;

    private record Run(int exitCode, String err) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --trust k                             | --data is missing: name a directory for the database and the payloads
                    --data d                              | --trust is missing: name the public key that payloads are signed with
                    --data d --trust                      | --trust needs a value
                    --data d --trust k --port x           | --port is not a number: x
                    --data d --trust k --port 65536       | --port is not between 0 and 65535: 65536
                    --data d --trust k --prot 1           | unknown option --prot; known: --address, --admin-token, --data, --port, --reboot-etcd, --reboot-plain, --reboot-policy, --reboot-tokens, --trust
                    --data d --trust k --address 0.0.0.0  | --address 0.0.0.0 is reachable from other machines, so the administration API needs --admin-token FILE
                    """)
    void wrongUsageIsOneSentenceAndExitCodeTwo(String args, String sentence) {
        assertThat(run(args.split(" ", -1)))
                .isEqualTo(new Run(2, "keelson server: " + sentence + System.lineSeparator()));
    }

    @Test
    void aTakenPortIsNamedWithItsRemedy() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            Run run = run(arguments("--port", Integer.toString(port)));

            assertThat(run)
                    .isEqualTo(
                            new Run(
                                    1,
                                    "keelson server: port "
                                            + port
                                            + " on 127.0.0.1 is taken by another program; stop"
                                            + " that program or choose another port with --port"
                                            + System.lineSeparator()));
        }
    }

    @Test
    void aKeyThatCannotBeReadIsNamed() throws Exception {
        Run run = run("--data", directory.toString(), "--trust", "missing.pem", "--port", "0");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("the update key missing.pem cannot be used").hasLineCount(1);
    }

    @Test
    void changesNeedTheTokenTheServerWasStartedWith() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "a long enough secret\n");
        ServerOptions options =
                new ServerOptions(
                        "127.0.0.1",
                        0,
                        directory.resolve("data"),
                        List.of(ServerFixture.publicKey(directory, ServerFixture.TRUSTED)),
                        Optional.of(token));
        try (RunningServer server =
                RunningServer.start(options, InstantSource.fixed(ServerFixture.NOW))) {
            assertThat(promote(server, "")).isEqualTo(401);
            assertThat(promote(server, "Bearer a wrong secret")).isEqualTo(401);
            assertThat(promote(server, "Bearer a long enough secret")).isEqualTo(200);
        }
    }

    private static int promote(RunningServer server, String authorization) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer =
                    http.send(
                            HttpRequest.newBuilder(server.uri().resolve("/api/channels/demo"))
                                    .header("Authorization", authorization)
                                    .header("Content-Type", "application/json")
                                    .PUT(BodyPublishers.ofString("{}"))
                                    .build(),
                            BodyHandlers.discarding());
            return answer.statusCode();
        }
    }

    private String[] arguments(String... more) throws Exception {
        Path key = ServerFixture.publicKey(directory, ServerFixture.TRUSTED);
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "--data",
                                directory.resolve("data").toString(),
                                "--trust",
                                key.toString()),
                        java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }

    private static Run run(String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                ServerMain.run(
                        List.of(args),
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(exitCode, err.toString(StandardCharsets.UTF_8));
    }
}
