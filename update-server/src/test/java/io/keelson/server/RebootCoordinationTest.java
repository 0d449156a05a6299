package io.keelson.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The coordinator as part of the update server. */
class RebootCoordinationTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir private Path directory;
    private RunningServer server;
    private URI base;

    @BeforeEach
    void start() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        KeyPair pair = keys.generateKeyPair();
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n";
        Path key = Files.writeString(directory.resolve("key.pem"), pem);
        Path policy =
                Files.writeString(
                        directory.resolve("policy.json"),
                        "{\"groups\":{\"default\":{\"slots\":2}}}");
        server =
                RunningServer.start(
                        new ServerOptions(
                                "127.0.0.1",
                                0,
                                directory.resolve("data"),
                                List.of(key),
                                Optional.empty(),
                                Optional.of(
                                        new RebootOptions(
                                                policy, List.of(), Optional.empty(), false))),
                        InstantSource.system());
        base = server.uri();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void hundredsOfHostsWaitOnOpenConnectionsAndAllHaveTheirTurn() throws Exception {
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 300; i++) {
                String id = "node-" + i;
                answers.add(
                        threads.submit(() -> {
                            int status = post("/v1/pre-reboot?wait=300", client(id)).statusCode();
                            return status == 200
                                    ? post("/v1/steady-state", client(id)).statusCode()
                                    : status;
                        }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(5, TimeUnit.MINUTES)).isEqualTo(200);
            }
        }
        assertThat(get("/v2/groups/default").body()).contains("\"holders\":[]");
    }

    @Test
    void anAdministratorSteersGroupsAndAForeignPageDoesNot() throws Exception {
        assertThat(post("/v2/groups/default/halt", "{\"reason\":\"repair\"}").statusCode())
                .isEqualTo(200);
        assertThat(post("/v1/pre-reboot?wait=0", client("a")).body()).contains("group_halted");
        HttpRequest page =
                HttpRequest.newBuilder(base.resolve("/v2/groups/default/resume"))
                        .header("Sec-Fetch-Site", "cross-site")
                        .POST(BodyPublishers.noBody())
                        .build();

        assertThat(http.send(page, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(get("/v2/groups/default").body()).contains("\"reason\":\"repair\"");
    }

    private HttpResponse<String> post(String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("fleet-lock-protocol", "true")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString());
    }

    private static String client(String id) {
        return "{\"client_params\":{\"id\":\"" + id + "\",\"group\":\"default\"}}";
    }
}
