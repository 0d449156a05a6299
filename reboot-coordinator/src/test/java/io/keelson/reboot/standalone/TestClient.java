package io.keelson.reboot.standalone;

import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Executors;

/** Asks a coordinator as a stranger to this code would. */
final class TestClient {
    private final HttpClient http =
            HttpClient.newBuilder().executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    private final URI base;

    TestClient(URI base) {
        this.base = base;
    }

    record Answer(int status, String body, Map<String, String> headers) {
        String kind() {
            return field("kind");
        }

        /** The first field of that name. */
        String field(String name) {
            try (var json = new JsonFactory().createParser(ObjectReadContext.empty(), body)) {
                while (json.nextToken() != null) {
                    if (name.equals(json.currentName())) {
                        json.nextToken();
                        return json.getString();
                    }
                }
            }
            return "";
        }

        long fence() {
            return Long.parseLong(field("fence"));
        }
    }

    Answer preReboot(String id, String query) throws IOException, InterruptedException {
        return fleetLock("/v1/pre-reboot" + query, "\"id\":\"" + id + "\",\"group\":\"default\"");
    }

    Answer preReboot(String id, String boot, String version, String query)
            throws IOException, InterruptedException {
        return fleetLock(
                "/v1/pre-reboot" + query,
                "\"id\":\"%s\",\"group\":\"default\",\"boot_id\":\"%s\",\"version\":\"%s\""
                        .formatted(id, boot, version));
    }

    Answer steady(String id) throws IOException, InterruptedException {
        return fleetLock("/v1/steady-state", "\"id\":\"" + id + "\",\"group\":\"default\"");
    }

    Answer fleetLock(String path, String parameters) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("fleet-lock-protocol", "true")
                        .POST(text("{\"client_params\":{" + parameters + "}}")));
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path)).POST(text(body)));
    }

    Answer post(String path, String body, String token) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .header("fleet-lock-protocol", "true")
                        .POST(text(body)));
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path)).GET());
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        var headers = new java.util.HashMap<String, String>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        return new Answer(response.statusCode(), response.body(), headers);
    }

    private static HttpRequest.BodyPublisher text(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }
}
