package io.keelson.etcd;

import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.EtcdResult.Refusal;
import io.keelson.etcd.EtcdResult.Refused;
import io.keelson.etcd.EtcdResult.Unknown;

import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import okio.BufferedSink;
import okio.BufferedSource;
import okio.ByteString;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends one request to one endpoint, and to the next only when the one before certainly never saw
 * it, or when it only reads. No write is ever sent twice: a transaction that ran twice is a lock
 * that was granted twice.
 */
final class Gateway {
    static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;
    private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofSeconds(3);

    /** Begins etcd's one answer that is not JSON. */
    private static final ByteString COMMON_NAME = ByteString.encodeUtf8("CommonName");

    private static final MediaType JSON = MediaType.get("application/json");

    private final List<URI> endpoints;
    private final OkHttpClient http;
    private final Optional<Login> login;
    private volatile int preferred;

    /**
     * One request.
     *
     * @param repeatable true only for what changes nothing: asked again of the next endpoint when
     *     one leaves it without an answer
     */
    record Ask<T>(
            String path, ByteString body, Function<ByteString, T> reader, boolean repeatable) {
        static <T> Ask<T> read(String path, ByteString body, Function<ByteString, T> reader) {
            return new Ask<>(path, body, reader, true);
        }

        static <T> Ask<T> write(String path, ByteString body, Function<ByteString, T> reader) {
            return new Ask<>(path, body, reader, false);
        }
    }

    /** This gateway's settings for one member alone. */
    Gateway onlyTo(List<URI> member) {
        return new Gateway(http, member, login);
    }

    private Gateway(OkHttpClient http, List<URI> endpoints, Optional<Login> login) {
        this.http = http;
        this.endpoints = endpoints.stream().map(Gateway::checked).toList();
        this.login = login;
    }

    Gateway(List<URI> endpoints, OkHttpClient http, Duration timeout, Optional<Login> login) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("etcd needs at least one endpoint");
        }
        this.endpoints = endpoints.stream().map(Gateway::checked).toList();
        this.login = login;
        Duration connect =
                timeout.compareTo(CONNECT_TIMEOUT_MAX) < 0 ? timeout : CONNECT_TIMEOUT_MAX;
        this.http =
                http.newBuilder()
                        .retryOnConnectionFailure(false)
                        .followRedirects(false)
                        .followSslRedirects(false)
                        // One connection per call: one that hangs takes no other call with it.
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .connectTimeout(connect)
                        .readTimeout(timeout)
                        .writeTimeout(timeout)
                        .callTimeout(timeout)
                        .build();
    }

    <T> EtcdResult<T> send(Ask<T> ask) {
        return login.isEmpty() ? attempt(ask, "") : sendAs(login.get(), ask);
    }

    private <T> EtcdResult<T> sendAs(Login as, Ask<T> ask) {
        String token = as.standing();
        if (!token.isEmpty()) {
            EtcdResult<T> result = attempt(ask, token);
            // etcd says this of an expired token before it does anything: not a retry.
            if (!isUnauthenticated(result)) {
                return result;
            }
        }
        return switch (as.renew(token, this::authenticate)) {
            case Known<String>(var fresh) -> attempt(ask, fresh);
            case Refused<String>(var refusal, var reason) -> new Refused<>(refusal, reason);
            // The request itself was never sent.
            case Unknown<String>(var reason) -> new Refused<>(Refusal.UNREACHABLE, reason);
        };
    }

    private EtcdResult<String> authenticate(EtcdUser user) {
        var ask = Ask.read("/v3/auth/authenticate", RequestJson.login(user), ClusterJson::token);
        return attempt(ask, "");
    }

    private static boolean isUnauthenticated(EtcdResult<?> result) {
        return result instanceof Refused<?>(var refusal, _) && refusal == Refusal.UNAUTHENTICATED;
    }

    private <T> EtcdResult<T> attempt(Ask<T> ask, String token) {
        int first = preferred;
        var unreachable = new ArrayList<String>();
        Optional<EtcdResult<T>> unanswered = Optional.empty();
        for (int i = 0; i < endpoints.size(); i++) {
            int index = (first + i) % endpoints.size();
            Tried<T> tried = tryOnce(ask, index, token);
            if (tried.stale() && ask.repeatable()) {
                tried = tryOnce(ask, index, token);
            }
            switch (tried.result()) {
                case Known<T> known -> {
                    preferred = index;
                    return known;
                }
                case Refused<T>(var refusal, var reason) -> {
                    if (refusal != Refusal.UNREACHABLE) {
                        preferred = index;
                        return tried.result();
                    }
                    unreachable.add(reason);
                }
                case Unknown<T> unknown -> {
                    // A member that cannot say what happened may be cut off from the others.
                    preferred = (index + 1) % endpoints.size();
                    if (!ask.repeatable()) {
                        return unknown;
                    }
                    unanswered = Optional.of(unknown);
                }
            }
        }
        return unanswered.orElseGet(() ->
                new Refused<>(
                        Refusal.UNREACHABLE,
                        "no etcd endpoint can be reached: " + String.join("; ", unreachable)));
    }

    /**
     * What one endpoint left.
     *
     * @param stale no answer came over a connection that an earlier call had left open
     */
    private record Tried<T>(EtcdResult<T> result, boolean stale) {}

    private <T> Tried<T> tryOnce(Ask<T> ask, int index, String token) {
        var exchange = exchange(http, index, ask.path(), ask.body(), token);
        try (Response response = exchange.call().execute()) {
            return new Tried<>(read(exchange, response, ask.reader()), false);
        } catch (IOException e) {
            String failure = exchange.endpoint() + ": " + e.getMessage();
            if (!exchange.sent().started) {
                return new Tried<>(new Refused<>(Refusal.UNREACHABLE, failure), false);
            }
            // What broke one idle connection, such as a restart, broke the others with it.
            http.connectionPool().evictAll();
            return new Tried<>(
                    new Unknown<>("no answer from etcd at " + failure),
                    !exchange.sent().connecting && !(e instanceof InterruptedIOException));
        }
    }

    /** One call per endpoint, the preferred one first, that stay open for the answer's stream. */
    List<Exchange> streams(String path, ByteString body, Duration atMost) {
        String token = login.map(as -> as.current(this::authenticate)).orElse("");
        OkHttpClient patient =
                http.newBuilder().readTimeout(Duration.ZERO).callTimeout(atMost).build();
        int first = preferred;
        var exchanges = new ArrayList<Exchange>();
        for (int i = 0; i < endpoints.size(); i++) {
            exchanges.add(exchange(patient, (first + i) % endpoints.size(), path, body, token));
        }
        return exchanges;
    }

    /** A call that has not run yet, and the mark that tells whether its request was sent. */
    record Exchange(URI endpoint, Call call, Sent sent) {}

    /** Set on the calling thread before the first byte of the request is written. */
    static final class Sent extends EventListener {
        volatile boolean started;
        volatile boolean connecting;

        @Override
        public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
            connecting = true;
        }

        @Override
        public void requestHeadersStart(Call call) {
            started = true;
        }
    }

    private Exchange exchange(
            OkHttpClient client, int index, String path, ByteString body, String token) {
        URI endpoint = endpoints.get(index);
        String url = endpoint.toString().replaceAll("/+$", "") + path;
        var request = new Request.Builder().url(url).post(new Once(body));
        // The gateway hands this on: a member without a leader then says so instead of waiting.
        request.header("Grpc-Metadata-hasleader", "true");
        if (!token.isEmpty()) {
            request.header("Authorization", token);
        }
        Call call = client.newCall(request.build());
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
        if (response.code() == 400 && body.startsWith(COMMON_NAME)) {
            return new Refused<>(
                    Refusal.REJECTED,
                    "etcd at "
                            + exchange.endpoint()
                            + " has users who log in, and then takes no client certificate with a"
                            + " common name: show it one without");
        }
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
            case 7 -> new Refused<>(Refusal.DENIED, reason);
            case 16 -> new Refused<>(Refusal.UNAUTHENTICATED, reason);
            case 11 -> new Refused<>(Refusal.OUT_OF_RANGE, reason);
            case 3, 6, 9, 12 -> new Refused<>(rejection(failure.message()), reason);
            // 8 too: the write that crosses the space quota is applied and still answered with it.
            default -> new Unknown<>(reason);
        };
    }

    /** etcd files some complaints about credentials under "invalid argument". */
    private static Refusal rejection(String message) {
        boolean credentials =
                message.contains("user name is empty")
                        || message.contains("authentication failed")
                        || message.contains("revision of auth store is old");
        return credentials ? Refusal.UNAUTHENTICATED : Refusal.REJECTED;
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
