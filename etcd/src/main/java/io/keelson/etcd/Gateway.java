package io.keelson.etcd;

import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.EtcdResult.Refusal;
import io.keelson.etcd.EtcdResult.Refused;
import io.keelson.etcd.EtcdResult.Unknown;

import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import okio.BufferedSink;
import okio.BufferedSource;
import okio.ByteString;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Sends one request to one endpoint, and to the next only when the one before certainly never saw
 * it. Nothing is ever sent twice: a transaction that ran twice is a lock that was granted twice.
 */
final class Gateway {
    static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;
    private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofSeconds(3);
    private static final MediaType JSON = MediaType.get("application/json");

    private final List<URI> endpoints;
    private final OkHttpClient http;
    private volatile int preferred;

    Gateway(List<URI> endpoints, OkHttpClient http, Duration timeout) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("etcd needs at least one endpoint");
        }
        this.endpoints = endpoints.stream().map(Gateway::checked).toList();
        Duration connect =
                timeout.compareTo(CONNECT_TIMEOUT_MAX) < 0 ? timeout : CONNECT_TIMEOUT_MAX;
        this.http =
                http.newBuilder()
                        .retryOnConnectionFailure(false)
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .connectTimeout(connect)
                        .readTimeout(timeout)
                        .writeTimeout(timeout)
                        .callTimeout(timeout)
                        .build();
    }

    <T> EtcdResult<T> post(String path, ByteString body, Function<ByteString, T> reader) {
        int first = preferred;
        var unreachable = new ArrayList<String>();
        for (int i = 0; i < endpoints.size(); i++) {
            int index = (first + i) % endpoints.size();
            var exchange = exchange(http, index, path, body);
            try (Response response = exchange.call().execute()) {
                EtcdResult<T> result = read(exchange, response, reader);
                // A member that cannot say what happened may be cut off from the others.
                preferred = result instanceof Unknown<T> ? (index + 1) % endpoints.size() : index;
                return result;
            } catch (IOException e) {
                String failure = exchange.endpoint() + ": " + e.getMessage();
                if (exchange.sent().started) {
                    preferred = (index + 1) % endpoints.size();
                    return new Unknown<>("no answer from etcd at " + failure);
                }
                unreachable.add(failure);
            }
        }
        return new Refused<>(
                Refusal.UNREACHABLE,
                "no etcd endpoint can be reached: " + String.join("; ", unreachable));
    }

    /** One call per endpoint, the preferred one first, that stay open for the answer's stream. */
    List<Exchange> streams(String path, ByteString body, Duration atMost) {
        OkHttpClient patient =
                http.newBuilder().readTimeout(Duration.ZERO).callTimeout(atMost).build();
        int first = preferred;
        var exchanges = new ArrayList<Exchange>();
        for (int i = 0; i < endpoints.size(); i++) {
            exchanges.add(exchange(patient, (first + i) % endpoints.size(), path, body));
        }
        return exchanges;
    }

    /** A call that has not run yet, and the mark that tells whether its request was sent. */
    record Exchange(URI endpoint, Call call, Sent sent) {}

    /** Set on the calling thread before the first byte of the request is written. */
    static final class Sent extends EventListener {
        volatile boolean started;

        @Override
        public void requestHeadersStart(Call call) {
            started = true;
        }
    }

    private Exchange exchange(OkHttpClient client, int index, String path, ByteString body) {
        URI endpoint = endpoints.get(index);
        String url = endpoint.toString().replaceAll("/+$", "") + path;
        Call call = client.newCall(new Request.Builder().url(url).post(new Once(body)).build());
        var sent = new Sent();
        call.addEventListener(sent);
        return new Exchange(endpoint, call, sent);
    }

    private static <T> EtcdResult<T> read(
            Exchange exchange, Response response, Function<ByteString, T> reader)
            throws IOException {
        BufferedSource source = response.body().source();
        if (source.request(ANSWER_BYTES_MAX + 1L)) {
            return new Unknown<>(
                    "etcd at "
                            + exchange.endpoint()
                            + " answered more than "
                            + ANSWER_BYTES_MAX
                            + " bytes");
        }
        ByteString body = source.readByteString();
        try {
            if (response.code() != 200) {
                return failed(exchange, response.code(), body);
            }
            return new Known<>(reader.apply(body));
        } catch (JacksonException | ResponseJson.Unreadable | ArithmeticException e) {
            return unreadable(exchange, response.code(), e);
        } catch (NumberFormatException e) {
            return unreadable(exchange, response.code(), e);
        }
    }

    private static <T> EtcdResult<T> unreadable(
            Exchange exchange, int status, RuntimeException cause) {
        String reason =
                exchange.endpoint()
                        + " answered HTTP "
                        + status
                        + " unlike etcd: "
                        + cause.getMessage();
        return status >= 300 && status < 500 && status != 408
                ? new Refused<>(Refusal.REJECTED, reason)
                : new Unknown<>(reason);
    }

    private static <T> EtcdResult<T> failed(Exchange exchange, int status, ByteString body) {
        var failure = ResponseJson.failure(body);
        String reason =
                "etcd at "
                        + exchange.endpoint()
                        + " answered HTTP "
                        + status
                        + ": "
                        + failure.message();
        // https://grpc.github.io/grpc/core/md_doc_statuscodes.html
        return switch (failure.code()) {
            case 5 -> new Refused<>(Refusal.NOT_FOUND, reason);
            case 7, 16 -> new Refused<>(Refusal.DENIED, reason);
            case 11 -> new Refused<>(Refusal.OUT_OF_RANGE, reason);
            case 3, 6, 9, 12 -> new Refused<>(Refusal.REJECTED, reason);
            // 8 too: the write that crosses the space quota is applied and still answered with it.
            default -> new Unknown<>(reason);
        };
    }

    private static URI checked(URI endpoint) {
        String scheme = endpoint.getScheme();
        if (endpoint.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException(
                    "an etcd endpoint is http://HOST:PORT or https://HOST:PORT, not '"
                            + endpoint
                            + "'");
        }
        return endpoint;
    }

    /** One shot: OkHttp must not send it again after a 408, 421 or 503 with Retry-After. */
    private static final class Once extends RequestBody {
        private final ByteString body;

        Once(ByteString body) {
            this.body = body;
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return body.size();
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(body);
        }
    }
}
