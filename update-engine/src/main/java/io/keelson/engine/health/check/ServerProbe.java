package io.keelson.engine.health.check;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * The update server answers by HTTP, over the connection it is asked for updates by. What it
 * answers does not matter, since a probe is no update check; only its own failures count.
 */
public final class ServerProbe implements HealthCheck {
    private static final int PROXY_WANTS_LOGIN = 407;
    private static final int SERVER_ERRORS = 500;

    private final URI server;
    private final Connection connection;

    /** Makes a client with trust, identity and proxy of the settings. */
    @FunctionalInterface
    public interface Connection {
        OkHttpClient open() throws IOException;
    }

    public ServerProbe(URI server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    @Override
    public String name() {
        return "update-server";
    }

    @Override
    public CheckOutcome look(Duration limit) {
        try {
            OkHttpClient http =
                    connection
                            .open()
                            .newBuilder()
                            .callTimeout(limit)
                            .followRedirects(false)
                            .retryOnConnectionFailure(false)
                            .build();
            var request = new Request.Builder().url(server.toString()).build();
            try (Response response = http.newCall(request).execute()) {
                int status = response.code();
                return status >= SERVER_ERRORS || status == PROXY_WANTS_LOGIN
                        ? new CheckOutcome.Waiting(
                                "%s answers with status %d".formatted(server, status))
                        : new CheckOutcome.Passed();
            }
        } catch (IOException e) {
            return new CheckOutcome.Waiting(
                    "no answer from %s: %s".formatted(server, e.getMessage()));
        }
    }
}
