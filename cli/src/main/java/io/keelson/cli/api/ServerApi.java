package io.keelson.cli.api;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;

import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import okio.BufferedSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** The update server's REST interface. One instance is good for many calls and threads. */
public final class ServerApi {
    /** An answer is a page of JSON, never a payload. */
    private static final long ANSWER_BYTES_MAX = 16L << 20;

    private static final MediaType JSON = MediaType.get("application/json");

    /** A publish verifies the whole payload before it answers. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    private static final int IDLE_CONNECTIONS = 1;
    private static final long IDLE_SECONDS = 5;

    private final HttpUrl base;
    private final OkHttpClient http;
    private final Optional<String> authorization;

    public ServerApi(URI base) throws CommandFailure {
        this(base, Optional.empty());
    }

    /**
     * @param adminToken the secret that a server with one wants for every change; printable ASCII
     */
    public ServerApi(URI base, Optional<String> adminToken) throws CommandFailure {
        HttpUrl url = HttpUrl.get(base);
        if (url == null) {
            throw new CommandFailure(base + " is not an address of a server: use http://HOST:PORT");
        }
        this.base = url;
        this.authorization = adminToken.map(token -> "Bearer " + token);
        this.http =
                new OkHttpClient.Builder()
                        .connectTimeout(Duration.ofSeconds(5))
                        .readTimeout(ANSWER_TIMEOUT)
                        .retryOnConnectionFailure(false)
                        // Let go before the server does: a request on a closed connection fails.
                        .connectionPool(
                                new ConnectionPool(
                                        IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
                        .build();
    }

    /**
     * The answer to a GET; {@code path} has no leading slash, its segments may hold any character.
     */
    public JsonNode get(String... path) throws IOException {
        return send(new Request.Builder().url(url(path)).get().build());
    }

    /** Puts a JSON document. */
    public JsonNode put(JsonNode body, String... path) throws IOException {
        String text = Json.MAPPER.writeValueAsString(body);
        return send(
                new Request.Builder().url(url(path)).put(RequestBody.create(text, JSON)).build());
    }

    /** Puts a JSON document kept in a file, byte by byte as it is. */
    public JsonNode putJson(Path file, String... path) throws IOException {
        return send(
                new Request.Builder()
                        .url(url(path))
                        .put(RequestBody.create(file.toFile(), JSON))
                        .build());
    }

    /** Streams a file; {@code sent} hears how many bytes have left. */
    public JsonNode putFile(Path file, LongConsumer sent, String... path) throws IOException {
        return send(new Request.Builder().url(url(path)).put(new FileBody(file, sent)).build());
    }

    /** Streams a file that adds to what is there; {@code sent} as in {@link #putFile}. */
    public JsonNode postFile(Path file, LongConsumer sent, String... path) throws IOException {
        return send(new Request.Builder().url(url(path)).post(new FileBody(file, sent)).build());
    }

    public JsonNode delete(String... path) throws IOException {
        return send(new Request.Builder().url(url(path)).delete().build());
    }

    /** Asks for an action that needs no document. */
    public JsonNode post(String... path) throws IOException {
        return send(
                new Request.Builder()
                        .url(url(path))
                        .post(RequestBody.create(new byte[0], JSON))
                        .build());
    }

    private HttpUrl url(String... path) {
        HttpUrl.Builder url = base.newBuilder();
        for (String segment : path) {
            url.addPathSegment(segment);
        }
        return url.build();
    }

    private JsonNode send(Request asked) throws IOException {
        Request request =
                authorization
                        .map(value -> asked.newBuilder().header("Authorization", value).build())
                        .orElse(asked);
        try (Response response = http.newCall(request).execute()) {
            String text = text(response);
            if (!response.isSuccessful()) {
                throw refusal(request, response.code(), text);
            }
            return text.isBlank()
                    ? Json.object()
                    : Json.parse(text, "the answer of " + request.url());
        } catch (ConnectException e) {
            throw new CommandFailure(
                    "no update server answers at "
                            + base
                            + ": start one with 'keelson server run' or name another with"
                            + " --server",
                    e);
        }
    }

    private static String text(Response response) throws IOException {
        BufferedSource source = response.body().source();
        if (source.request(ANSWER_BYTES_MAX + 1)) {
            throw new IOException("the answer is larger than " + ANSWER_BYTES_MAX + " bytes");
        }
        return source.readUtf8();
    }

    private static ServerRefusal refusal(Request request, int status, String text) {
        String kind = "http-" + status;
        String message =
                "the server answered "
                        + status
                        + " to "
                        + request.method()
                        + " "
                        + request.url().encodedPath();
        try {
            JsonNode answer = Json.parse(text, "the refusal");
            kind = answer.path("kind").asString(kind);
            message = answer.path("message").asString(message);
        } catch (CommandFailure _) {
            // A proxy's page instead of the server's answer: the status says enough.
        }
        return new ServerRefusal(status, kind, message);
    }
}
