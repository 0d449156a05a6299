package io.keelson.reboot.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.reboot.standalone.TestClient.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * What the FleetLock protocol (coreos.github.io/zincati/development/fleetlock/protocol/) says of
 * requests and answers, case by case, as Zincati's client sends them: pretty-printed, without a
 * content type, and taking every 2xx for a yes.
 */
class ZincatiTableTest {
    private static final String ID = "e0f3745b108f471cbd4883c6fbed8cdd";

    @TempDir Path directory;
    private RunningCoordinator running;
    private HttpClient http;

    @BeforeEach
    void serve() throws IOException {
        Path policy =
                Files.writeString(
                        directory.resolve("policy.json"),
                        "{\"groups\":{\"mock-workers\":{\"slots\":1},\"eu.west-1\":{\"slots\":1}}}");
        running =
                RunningCoordinator.start(
                        ServeOptions.parse(
                                List.of(
                                        "--data",
                                        directory.resolve("data").toString(),
                                        "--listen",
                                        "127.0.0.1:0",
                                        "--policy",
                                        policy.toString())),
                        InstantSource.system());
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        running.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # call      | header | group        | id      | status | kind
                    pre-reboot   | true  | mock-workers | free    | 200    | ''
                    pre-reboot   | true  | eu.west-1    | free    | 200    | ''
                    pre-reboot   | true  | mock-workers | holder  | 200    | ''
                    pre-reboot   | true  | mock-workers | HOLDER  | 423    | failed_lock_semaphore_full
                    pre-reboot   | true  | mock-workers | second  | 423    | failed_lock_semaphore_full
                    pre-reboot   | true  | nobodys      | free    | 400    | unknown_group
                    pre-reboot   | true  | mock_workers | free    | 400    | unknown_group
                    pre-reboot   | false | mock-workers | free    | 400    | invalid_request
                    pre-reboot   | ''    | mock-workers | free    | 400    | invalid_request
                    steady-state | true  | mock-workers | holder  | 200    | ''
                    steady-state | true  | mock-workers | HOLDER  | 200    | ''
                    steady-state | true  | mock-workers | second  | 200    | ''
                    steady-state | true  | eu.west-1    | holder  | 200    | ''
                    steady-state | true  | nobodys      | free    | 400    | unknown_group
                    steady-state | ''    | mock-workers | holder  | 400    | invalid_request
                    """)
    void answersAreAsDocumented(
            String call, String header, String group, String id, int status, String kind)
            throws Exception {
        if (!id.equals("free")) {
            send("pre-reboot", "true", body("mock-workers", "holder"));
        }

        Answer answer = send(call, header, body(group, id));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.kind()).isEqualTo(kind);
        // An error has both fields, neither of them empty.
        assertThat(answer.field("value").isEmpty()).isEqualTo(kind.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``
                    {}
                    []
                    {"client_params":{}}
                    {"client_params":{"id":"a"}}
                    {"client_params":{"group":"mock-workers"}}
                    {"client_params":{"id":"","group":"mock-workers"}}
                    {"client_params":{"id":"a","group":""}}
                    {"client_params":{"id":7,"group":"mock-workers"}}
                    {"client_params":
                    not json
                    """)
    void whatIsNoRequestIsRefusedAndChangesNothing(String body) throws Exception {
        for (String call : List.of("pre-reboot", "steady-state")) {
            Answer answer = send(call, "true", body == null ? "" : body);

            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.kind()).as(body).isNotEmpty();
            assertThat(answer.field("value")).as(body).isNotEmpty();
        }
        assertThat(send("pre-reboot", "true", body("mock-workers", ID)).status()).isEqualTo(200);
    }

    @Test
    void unbalancedCallsAreAllowedAndOnlyTheHolderReleases() throws Exception {
        assertThat(send("steady-state", "true", body("mock-workers", ID)).status()).isEqualTo(200);
        assertThat(send("pre-reboot", "true", body("mock-workers", ID)).status()).isEqualTo(200);
        assertThat(send("pre-reboot", "true", body("mock-workers", ID)).status()).isEqualTo(200);
        assertThat(send("steady-state", "true", body("mock-workers", "b")).status()).isEqualTo(200);
        assertThat(send("pre-reboot", "true", body("mock-workers", "b")).status()).isEqualTo(423);
        assertThat(send("steady-state", "true", body("mock-workers", ID)).status()).isEqualTo(200);
        assertThat(send("pre-reboot", "true", body("mock-workers", "b")).status()).isEqualTo(200);
    }

    private static String body(String group, String id) {
        return "{\n  \"client_params\": {\n    \"id\": \"%s\",\n    \"group\": \"%s\"\n  }\n}"
                .formatted(id, group);
    }

    private Answer send(String call, String header, String body) throws Exception {
        var request =
                HttpRequest.newBuilder(running.uri().resolve("/v1/" + call + "?wait=0"))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!header.isEmpty()) {
            request.header("fleet-lock-protocol", header);
        }
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), Map.of());
    }
}
