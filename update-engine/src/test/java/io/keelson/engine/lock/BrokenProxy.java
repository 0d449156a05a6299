package io.keelson.engine.lock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Stands between a host and its coordinator, and does to each call what it is told to. */
final class BrokenProxy implements AutoCloseable {
    /** What happens to a call. */
    enum Harm {
        /** It is carried out, and the connection ends without an answer. */
        ANSWER_LOST,
        /** It never arrives, and the connection ends without an answer. */
        CALL_LOST,
        SERVICE_UNAVAILABLE,
        BAD_GATEWAY_PAGE,
        PAGE_THAT_SAYS_OK,
        EMPTY_OK,
        REDIRECT,
        NOT_FOUND,
        ANSWER_FOR_ANOTHER_HOST,
        GRANT_WITHOUT_A_FENCE
    }

    private static final String PAGE = "<html><body>Welcome to the hotel's network</body></html>";

    final ConcurrentLinkedQueue<Harm> harms = new ConcurrentLinkedQueue<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    private final OkHttpClient http = new OkHttpClient();
    private final URI behind;
    private final HttpServer server;

    BrokenProxy(URI behind) throws IOException {
        this.behind = behind;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        URI asked = exchange.getRequestURI();
        calls.add(asked.getPath().substring(asked.getPath().lastIndexOf('/') + 1));
        byte[] body = exchange.getRequestBody().readNBytes(64 * 1024);
        Harm harm = harms.poll();
        if (harm == null) {
            var real = forward(asked, body);
            answer(exchange, real.status(), real.body());
            return;
        }
        switch (harm) {
            case ANSWER_LOST -> {
                var _ = forward(asked, body);
                exchange.close();
            }
            case CALL_LOST -> exchange.close();
            case SERVICE_UNAVAILABLE ->
                    answer(
                            exchange,
                            503,
                            "{\"kind\":\"store_unavailable\",\"value\":\"etcd has no quorum\"}");
            case BAD_GATEWAY_PAGE -> answer(exchange, 502, PAGE);
            case PAGE_THAT_SAYS_OK -> answer(exchange, 200, PAGE);
            case EMPTY_OK -> answer(exchange, 200, "{}");
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", behind + asked.toString());
                answer(exchange, 307, "");
            }
            case NOT_FOUND -> answer(exchange, 404, "{\"error\":\"Not Found\"}");
            case ANSWER_FOR_ANOTHER_HOST -> {
                var real = forward(asked, body);
                answer(exchange, real.status(), real.body().replace("\"host-a\"", "\"host-b\""));
            }
            case GRANT_WITHOUT_A_FENCE -> {
                var real = forward(asked, body);
                answer(exchange, real.status(), real.body().replaceAll(",\"fence\":\\d+", ""));
            }
        }
    }

    private record Answer(int status, String body) {}

    private Answer forward(URI asked, byte[] body) throws IOException {
        var request =
                new Request.Builder()
                        .url(behind + asked.toString())
                        .post(RequestBody.create(body, MediaType.get("application/json")))
                        .build();
        try (var response = http.newCall(request).execute()) {
            return new Answer(response.code(), response.body().string());
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
