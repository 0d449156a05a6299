package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.reboot.group.Slots;

import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import okio.BufferedSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A coordinator's HTTP interface. */
final class CoordinatorAccess implements GroupAccess {
    private static final int TOKEN_BYTES_MAX = 4096;
    private static final long ANSWER_BYTES_MAX = 64L << 20;
    private static final MediaType JSON = MediaType.get("application/json");

    /** A coordinator lets nobody wait longer than 25 minutes on one connection. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(27);

    private final HttpUrl base;
    private final OkHttpClient http;
    private final Optional<String> token;
    private final String group;

    CoordinatorAccess(URI server, OkHttpClient http, Optional<Path> tokenFile, String group)
            throws IOException {
        HttpUrl url = HttpUrl.get(server);
        if (url == null) {
            throw new CommandFailure(
                    server + " is not an address of a coordinator: use http://HOST:PORT");
        }
        this.base = url;
        this.group = group;
        this.token = tokenFile.isPresent() ? Optional.of(token(tokenFile.get())) : Optional.empty();
        this.http =
                http.newBuilder()
                        .connectTimeout(Duration.ofSeconds(5))
                        .readTimeout(ANSWER_TIMEOUT)
                        .retryOnConnectionFailure(false)
                        .build();
    }

    private static String token(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(TOKEN_BYTES_MAX), StandardCharsets.UTF_8);
            if (!text.strip().matches("[\\x21-\\x7e]+")) {
                throw new CommandFailure(
                        file + " holds no token: it must be one word of printable ASCII");
            }
            return text.strip();
        }
    }

    @Override
    public JsonNode status() throws IOException {
        return send(new Request.Builder().url(url("v2", "groups", group)).get());
    }

    @Override
    public JsonNode halt(String reason) throws IOException {
        return post(Json.object().put("reason", reason), "v2", "groups", group, "halt");
    }

    @Override
    public JsonNode resume() throws IOException {
        return post(Json.object(), "v2", "groups", group, "resume");
    }

    @Override
    public JsonNode setSlots(Slots slots) throws IOException {
        return post(Json.object().put("max", slots.text()), "v2", "groups", group, "max");
    }

    @Override
    public JsonNode release(String id) throws IOException {
        return post(Json.object(), "v2", "groups", group, "release", id);
    }

    @Override
    public long request(String id, Duration atMost) throws IOException {
        ObjectNode body = Json.object();
        body.putObject("client_params").put("id", id).put("group", group).put("boot_id", OPERATOR);
        HttpUrl url =
                url("v1", "pre-reboot")
                        .newBuilder()
                        .addQueryParameter("wait", Long.toString(atMost.toSeconds()))
                        .build();
        try {
            return send(new Request.Builder()
                            .url(url)
                            .header("fleet-lock-protocol", "true")
                            .post(RequestBody.create(body.toString(), JSON)))
                    .path("fence")
                    .asLong(0);
        } catch (CommandFailure refused) {
            // Whoever is not served leaves: an abandoned head would block the group.
            post(Json.object().put("bootId", OPERATOR), "v2", "reboots", group, id, "leave");
            throw refused;
        }
    }

    private JsonNode post(ObjectNode body, String... path) throws IOException {
        return send(
                new Request.Builder()
                        .url(url(path))
                        .post(RequestBody.create(body.toString(), JSON)));
    }

    private HttpUrl url(String... path) {
        HttpUrl.Builder url = base.newBuilder();
        for (String segment : path) {
            url.addPathSegment(segment);
        }
        return url.build();
    }

    private JsonNode send(Request.Builder asked) throws IOException {
        token.ifPresent(secret -> asked.header("Authorization", "Bearer " + secret));
        Request request = asked.build();
        try (Response response = http.newCall(request).execute()) {
            BufferedSource source = response.body().source();
            if (source.request(ANSWER_BYTES_MAX + 1)) {
                throw new IOException("the answer is larger than " + ANSWER_BYTES_MAX + " bytes");
            }
            JsonNode answer = Json.parse(source.readUtf8(), "the answer of " + request.url());
            if (!response.isSuccessful()) {
                throw new CommandFailure(
                        "the coordinator refuses (%s): %s"
                                .formatted(
                                        answer.path("kind").asString("http " + response.code()),
                                        answer.path("value").asString("no reason given")));
            }
            return answer;
        } catch (ConnectException e) {
            throw new CommandFailure(
                    "no coordinator answers at "
                            + base
                            + ": start one with 'keelson reboot serve' or name another with"
                            + " --server",
                    e);
        }
    }
}
