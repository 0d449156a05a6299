package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@code keelson reboot} without an etcd: files, and a coordinator that answers from a table. */
class RebootCommandsTest {
    private static final String POLICY =
            """
            {"groups": {"edge": {"slots": 2, "windows": ["daily 02:00-03:00 Europe/Berlin"],
              "blackouts": ["2026-03-30"], "expected": "10m"}}}
            """;

    @TempDir Path directory;

    @Test
    void windowsOfAPolicyAreShownOnTheWallClockOfTheirZone() throws IOException {
        CapturedRun run =
                run(
                        "windows",
                        "--policy",
                        file(POLICY),
                        "--group",
                        "edge",
                        "--from",
                        "2026-03-28T01:30:00Z",
                        "--count",
                        "3");

        // The 29th has no two o'clock in Berlin.
        assertThat(run.out().lines())
                .containsExactly(
                        "open now to Sat 2026-03-28 03:00 +01:00, 1h",
                        "Tue 2026-03-31 02:00 +02:00 to Tue 2026-03-31 03:00 +02:00, 1h",
                        "Wed 2026-04-01 02:00 +02:00 to Wed 2026-04-01 03:00 +02:00, 1h");
    }

    @Test
    void aPolicyIsPlayedOverAFleet() throws IOException {
        CapturedRun run =
                run(
                        "simulate",
                        "--policy",
                        file(POLICY),
                        "--group",
                        "edge",
                        "--from",
                        "2026-03-01T00:00:00Z",
                        "--hosts",
                        "20",
                        "--ready-within",
                        "0",
                        "--reboot",
                        "10m",
                        "--reboot-p95",
                        "10m");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "finished at 2026-03-02T01:40:00Z, after 25h40m",
                        "20 done, 0 failed, 0 lost, 0 still waiting; at most 2 away at once",
                        "WINDOW                ENDS                  GRANTED  DONE  FAILED  LOST",
                        "2026-03-01T01:00:00Z  2026-03-01T02:00:00Z  12       12    0       0",
                        "2026-03-02T01:00:00Z  2026-03-02T02:00:00Z  8        8     0       0");
    }

    @Test
    void aFleetThatStopsSaysWhyAndFails() throws IOException {
        CapturedRun run =
                run("simulate", "--policy", file(POLICY), "--group", "edge", "--failing", "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith(
                        "not finished: the group stays halted and nobody resumes it (see --attended)")
                .contains("failure budget used up: 3 of 3");
    }

    @Test
    void anImportCanBeLookedAtBefore() throws IOException {
        String dump =
                file(
                        """
                        {"node":{"dir":true,"nodes":[
                          {"key":"/coreos.com/updateengine/rebootlock/semaphore","value":"{\\"semaphore\\":-1,\\"max\\":1,\\"holders\\":[\\"m1\\",\\"m2\\"]}"},
                          {"key":"/coreos.com/updateengine/rebootlock/groups/prod%2Fdb/semaphore","value":"{\\"semaphore\\":0,\\"max\\":0,\\"holders\\":null}"}]}}
                        """);

        CapturedRun run = run("import", dump, "--dry-run");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "group default: 1 slots, held by m1, m2",
                        "  note: the semaphore is at -1: set-max left fewer slots (1) than holders (2)",
                        "group prod-db: 1 slots, held by nobody",
                        "  note: the group 'prod/db' becomes 'prod-db': a name here has no other characters",
                        "  note: 0 slots let nobody reboot: the group gets 1 slot and is halted");
    }

    @Test
    void aPolicyFileIsCheckedBeforeItIsApplied() throws IOException {
        assertThat(run("set-policy", file(POLICY), "--dry-run").out()).isEqualTo("edge: fine\n");
        CapturedRun wrong =
                run(
                        "set-policy",
                        file(POLICY.replace("10m\"", "2h\", \"deadline\": \"3h\"")),
                        "--dry-run");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("it is 1h too short");
    }

    @Test
    void theStatusOfACoordinatorIsAScreen() throws IOException {
        Map<String, String> answers = new ConcurrentHashMap<>();
        List<String> calls = new ArrayList<>();
        answers.put(
                "GET /v2/groups/edge",
                """
                {"group":"edge","revision":7,"slots":2,"free":1,
                 "policy":{"slots":2,"windows":["daily 02:00-03:00 UTC"],"blackouts":[],"failures":3},
                 "failures":{"used":1,"last":{"id":"h9","reason":"rebooted but still runs 1.0","at":"2026-01-01T00:00:00Z"}},
                 "policyProblem":"policy file p.json: not JSON","halted":null,"budget":{"used":1,"left":2},
                 "openings":[{"start":"2026-01-02T02:00:00Z","end":"2026-01-02T03:00:00Z"}],
                 "holders":[{"id":"h1","state":"committed","since":"2026-01-01T02:00:00Z"}],
                 "deadlines":{"h1":"2026-01-01T02:30:00Z"},
                 "waiting":1,"queue":[{"id":"h2","since":"2026-01-01T02:01:00Z"}],
                 "reasons":[{"id":"h2","position":1,"kind":"outside_window","reason":"no window is open"}]}
                """);
        answers.put("POST /v2/groups/edge/halt", "{\"kind\":\"x\",\"value\":\"not you\"}");
        HttpServer server = coordinator(answers, calls);
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();

            CapturedRun status = run("status", "--server", url, "--group", "edge");
            CapturedRun halt =
                    run("halt", "--server", url, "--group", "edge", "--reason", "bad release");

            assertThat(status.out().lines())
                    .containsExactly(
                            "group edge: 1 of 2 slots free",
                            "failures: 1 of 3",
                            "last failure: h9 at 2026-01-01T00:00:00Z: rebooted but still runs 1.0",
                            "policy: the one applied last stays, for policy file p.json: not JSON",
                            "window: 2026-01-02T02:00:00Z to 2026-01-02T03:00:00Z",
                            "",
                            "HOLDS  STATE      SINCE                 DEADLINE",
                            "h1     committed  2026-01-01T02:00:00Z  2026-01-01T02:30:00Z",
                            "",
                            "WAITS  SINCE                 WHY",
                            "h2     2026-01-01T02:01:00Z  no window is open");
            assertThat(halt.exitCode()).isEqualTo(1);
            assertThat(halt.err()).contains("the coordinator refuses (x): not you");
            assertThat(calls).contains("POST /v2/groups/edge/halt {\"reason\":\"bad release\"}");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void halfOfACredentialIsAMistake() {
        CapturedRun certificate = run("status", "--server", "https://c:1", "--cert", "c.pem");
        CapturedRun user = run("status", "--etcd", "https://e:1", "--etcd-user", "root");

        assertThat(certificate.exitCode()).isEqualTo(1);
        assertThat(certificate.err()).contains("--cert and --key go together");
        assertThat(user.exitCode()).isEqualTo(1);
        assertThat(user.err()).contains("--etcd-user and --etcd-password go together");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "request",
                "release",
                "halt",
                "resume",
                "set-max",
                "set-policy",
                "windows",
                "simulate",
                "import",
                "serve"
            })
    void everyCommandHasHelp(String command) {
        CapturedRun run = run(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: keelson reboot " + command);
    }

    private static HttpServer coordinator(Map<String, String> answers, List<String> calls)
            throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String call =
                            exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
                    String body =
                            new String(
                                    exchange.getRequestBody().readNBytes(10_000),
                                    StandardCharsets.UTF_8);
                    calls.add((call + " " + body).strip());
                    byte[] answer =
                            answers.getOrDefault(call, "{}").getBytes(StandardCharsets.UTF_8);
                    boolean isRefusal = answers.getOrDefault(call, "").startsWith("{\"kind\"");
                    exchange.sendResponseHeaders(isRefusal ? 423 : 200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("file.json"), content).toString();
    }

    private static CapturedRun run(String... command) {
        var args = new ArrayList<String>(List.of("reboot"));
        args.addAll(List.of(command));
        return CapturedRun.of(args.toArray(String[]::new));
    }
}
