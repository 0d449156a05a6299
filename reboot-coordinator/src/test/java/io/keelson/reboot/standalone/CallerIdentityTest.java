package io.keelson.reboot.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Callers that must prove who they are, as those from other machines must. */
class CallerIdentityTest {
    private static final String TOKENS =
            """
            # who is who
            token-of-node-a-0001 node a
            token-of-machine-001 node 1c09ca98649c4c7abc779cd04c96812e
            token-of-operator-01 operator ann
            """;

    @TempDir private Path directory;
    private RunningCoordinator running;
    private TestClient client;

    @BeforeEach
    void serve() throws IOException {
        Path tokens = Files.writeString(directory.resolve("tokens"), TOKENS);
        running =
                RunningCoordinator.start(
                        ServeOptions.parse(
                                List.of(
                                        "--data",
                                        directory.resolve("data").toString(),
                                        "--listen",
                                        "127.0.0.1:0",
                                        "--no-local-trust",
                                        "--tokens",
                                        tokens.toString())),
                        InstantSource.system());
        client = new TestClient(running.uri());
    }

    @AfterEach
    void stop() {
        running.close();
    }

    /** The third row is the id that Zincati makes of the machine id (a vector of FleetLock's). */
    @ParameterizedTest
    @CsvSource({
        "token-of-node-a-0001, a, 200",
        "token-of-node-a-0001, b, 400",
        "token-of-machine-001, 978a225b3d7b40e9acd7ce9b62f68444, 200",
        "token-of-machine-001, 978a225b3d7b40e9acd7ce9b62f68445, 400",
        "token-of-operator-01, a, 400",
        "token-of-nobody-0001, a, 400"
    })
    void aNodeAsksOnlyForItself(String token, String id, int status) throws Exception {
        var answer =
                client.post(
                        "/v1/pre-reboot?wait=0",
                        "{\"client_params\":{\"id\":\"" + id + "\",\"group\":\"default\"}}",
                        token);

        assertThat(answer.status()).isEqualTo(status);
        if (status != 200) {
            assertThat(answer.kind()).isEqualTo("invalid_client_identity");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "token-of-operator-01, 200",
        "token-of-node-a-0001, 403",
        "nobody-at-all-0001, 403"
    })
    void onlyAnOperatorSteers(String token, int status) throws Exception {
        var answer = client.post("/v2/groups/default/halt", "{\"reason\":\"x\"}", token);

        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void aCallerThatIsNotKnownReadsNothing() throws Exception {
        assertThat(client.get("/v2/groups/default").status()).isEqualTo(403);
        assertThat(client.preReboot("a", "?wait=0").status()).isEqualTo(400);
    }

    @Test
    void aServerThatOthersReachMustTellThemApart() {
        assertThatThrownBy(() ->
                        ServeOptions.parse(List.of("--data", "x", "--listen", "0.0.0.0:8090")))
                .hasMessageContaining("nothing tells callers apart")
                .hasMessageContaining("--plain-fleetlock");
    }
}
