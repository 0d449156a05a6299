package io.keelson.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.keelson.etcd.EtcdResult.Refusal;

import okhttp3.OkHttpClient;

import okio.ByteString;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What the client concludes from endpoints that fail in every way. */
class GatewayTest {
    private static final String HEADER =
            "{\"header\":{\"cluster_id\":\"18446744073709551615\",\"revision\":\"7\"}";

    @Test
    void theNextEndpointIsAskedOnlyWhenTheFirstCannotBeReached() throws IOException {
        try (var up = new Endpoint(exchange -> answer(exchange, 200, HEADER + "}"))) {
            var etcd = client(Duration.ofSeconds(5), EtcdServer.freeEndpoint(), up.uri());

            assertThat(put(etcd))
                    .isEqualTo(
                            new EtcdResult.Known<>(
                                    new ResponseHeader("18446744073709551615", "0", 7)));
            assertThat(up.requests).hasValue(1);
        }
    }

    @Test
    void aWriteIsRefusedWhenNoEndpointCanBeReached() {
        URI first = EtcdServer.freeEndpoint();
        URI second = EtcdServer.freeEndpoint();

        assertThat(put(client(Duration.ofSeconds(5), first, second)))
                .isInstanceOfSatisfying(
                        EtcdResult.Refused.class,
                        refused -> {
                            assertThat(refused.refusal()).isEqualTo(Refusal.UNREACHABLE);
                            assertThat(refused.reason())
                                    .contains(
                                            "no etcd endpoint can be reached",
                                            first.toString(),
                                            second.toString());
                        });
    }

    @Test
    void aWriteWhoseConnectionBreaksIsUnknownAndNotSentElsewhere() throws IOException {
        try (var broken = new Endpoint(HttpExchange::close);
                var other = new Endpoint(exchange -> answer(exchange, 200, HEADER + "}"))) {
            var etcd = client(Duration.ofSeconds(5), broken.uri(), other.uri());

            assertThat(put(etcd)).isInstanceOf(EtcdResult.Unknown.class);
            assertThat(other.requests).hasValue(0);

            assertThat(put(etcd))
                    .as("the next call prefers the other")
                    .isInstanceOf(EtcdResult.Known.class);
            assertThat(broken.requests).hasValue(1);
        }
    }

    @Test
    void aReadWhoseConnectionBreaksIsAskedOfTheNextEndpoint() throws IOException {
        try (var broken = new Endpoint(HttpExchange::close);
                var other = new Endpoint(exchange -> answer(exchange, 200, HEADER + "}"))) {
            var etcd = client(Duration.ofSeconds(5), broken.uri(), other.uri());

            assertThat(etcd.range(Range.ofKey("k"))).isInstanceOf(EtcdResult.Known.class);
            assertThat(broken.requests).hasValue(1);
        }
    }

    @Test
    void aReadOnAConnectionThatBrokeMeanwhileIsAskedOnANewOne() throws IOException {
        var first = new AtomicBoolean(true);
        try (var restarted =
                new Endpoint(exchange -> {
                    if (exchange.getRequestURI().getPath().endsWith("range")
                            && first.compareAndSet(true, false)) {
                        exchange.close();
                    } else {
                        answer(exchange, 200, HEADER + "}");
                    }
                })) {
            var etcd = client(Duration.ofSeconds(5), restarted.uri());

            assertThat(put(etcd)).isInstanceOf(EtcdResult.Known.class);
            assertThat(etcd.range(Range.ofKey("k"))).isInstanceOf(EtcdResult.Known.class);
            assertThat(restarted.requests).hasValue(3);
        }
    }

    @Test
    void aTransactionThatOnlyReadsIsARead() throws IOException {
        try (var broken = new Endpoint(HttpExchange::close);
                var other = new Endpoint(exchange -> answer(exchange, 200, HEADER + "}"))) {
            var read = Transaction.Operation.read("k");
            var write = Transaction.Operation.delete("k");
            var etcd = client(Duration.ofSeconds(5), broken.uri(), other.uri());

            var reads = etcd.transact(new Transaction(List.of(), List.of(read), List.of(read)));
            assertThat(reads).isInstanceOf(EtcdResult.Known.class);
            assertThat(other.requests).hasValue(1);

            var fresh = client(Duration.ofSeconds(5), broken.uri(), other.uri());
            var writes = fresh.transact(new Transaction(List.of(), List.of(read), List.of(write)));
            assertThat(writes).isInstanceOf(EtcdResult.Unknown.class);
            assertThat(other.requests).hasValue(1);
        }
    }

    @Test
    void aLoginThatGetsNoAnswerLeavesTheWriteUnsent() throws IOException {
        try (var broken = new Endpoint(HttpExchange::close)) {
            var etcd =
                    new EtcdClient(
                            List.of(broken.uri()),
                            new OkHttpClient(),
                            Duration.ofSeconds(5),
                            Optional.of(new EtcdUser("u", "p")));

            assertThat(put(etcd)).isInstanceOf(EtcdResult.Refused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\\r\\nX-Other: b", "spaced token"})
    void aTokenThatDoesNotFitAHeaderIsNotUsed(String token) throws IOException {
        try (var odd =
                new Endpoint(exchange ->
                        answer(exchange, 200, HEADER + ",\"token\":\"" + token + "\"}"))) {
            var etcd =
                    new EtcdClient(
                            List.of(odd.uri()),
                            new OkHttpClient(),
                            Duration.ofSeconds(5),
                            Optional.of(new EtcdUser("u", "p")));

            assertThat(put(etcd)).isInstanceOf(EtcdResult.Refused.class);
            assertThat(odd.requests).hasValue(1);
        }
    }

    @Test
    void aWriteThatIsNotAnsweredInTimeIsUnknown() throws IOException {
        var forever = new CountDownLatch(1);
        try (var silent = new Endpoint(_ -> awaitQuietly(forever))) {
            assertThat(put(client(Duration.ofMillis(200), silent.uri())))
                    .isInstanceOf(EtcdResult.Unknown.class);
            forever.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 503})
    void anAnswerThatInvitesARetryIsNotRetried(int status) throws IOException {
        try (var busy =
                new Endpoint(exchange -> {
                    exchange.getResponseHeaders().add("Retry-After", "0");
                    answer(exchange, status, "");
                })) {
            assertThat(put(client(Duration.ofSeconds(5), busy.uri())))
                    .isInstanceOf(EtcdResult.Unknown.class);
            assertThat(busy.requests).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "welcome",
                "{\"header\":",
                "{\"header\":{\"revision\":\"seven\"}}",
                "{\"header\":[]}",
                "{\"header\":{\"revision\":\"99999999999999999999\"}}"
            })
    void anAnswerEtcdDoesNotGiveLeavesAWriteUnknown(String body) throws IOException {
        try (var odd = new Endpoint(exchange -> answer(exchange, 200, body))) {
            assertThat(put(client(Duration.ofSeconds(5), odd.uri())))
                    .isInstanceOf(EtcdResult.Unknown.class);
        }
    }

    @Test
    void anAnswerOverTheLimitIsNotRead() throws IOException {
        String value = "A".repeat(Gateway.ANSWER_BYTES_MAX);
        try (var huge =
                new Endpoint(exchange ->
                        answer(
                                exchange,
                                200,
                                HEADER + ",\"kvs\":[{\"value\":\"" + value + "\"}]}"))) {
            assertThat(client(Duration.ofSeconds(20), huge.uri()).range(Range.ofKey("k")))
                    .isInstanceOfSatisfying(
                            EtcdResult.Unknown.class,
                            unknown ->
                                    assertThat(unknown.reason())
                                            .contains("more than 8388608 bytes"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,  3, REJECTED",
        "404,  5, NOT_FOUND",
        "403,  7, DENIED",
        "401, 16, UNAUTHENTICATED",
        "400, 11, OUT_OF_RANGE",
        "412,  9, REJECTED",
        "501, 12, REJECTED",
        "302, -1, ''",
        "404, -1, ''",
        "429,  8, UNKNOWN",
        "503, 14, UNKNOWN",
        "504,  4, UNKNOWN",
        "500, 13, UNKNOWN",
        "500,  2, UNKNOWN"
    })
    void onlyAnErrorThatExcludesTheWriteIsARefusal(int status, int code, String expected)
            throws IOException {
        String body =
                code < 0
                        ? "<html>"
                        : "{\"error\":\"why\",\"message\":\"why\",\"code\":" + code + "}";
        try (var failing = new Endpoint(exchange -> answer(exchange, status, body))) {
            String outcome =
                    switch (put(client(Duration.ofSeconds(5), failing.uri()))) {
                        case EtcdResult.Known<ResponseHeader> _ -> "KNOWN";
                        case EtcdResult.Unknown<ResponseHeader>(var reason) -> {
                            assertThat(reason).contains("why");
                            yield "UNKNOWN";
                        }
                        case EtcdResult.Refused<ResponseHeader>(var refusal, _) -> refusal.name();
                    };
            assertThat(outcome).isEqualTo(expected.isEmpty() ? "REJECTED" : expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:2379", "ftp://127.0.0.1", "/run/etcd.sock", "http:///v3"})
    void anEndpointThatIsNotAnHttpAddressIsNamed(String endpoint) {
        assertThatThrownBy(() -> client(Duration.ofSeconds(1), URI.create(withoutScheme(endpoint))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an etcd endpoint is http://HOST:PORT");
    }

    // URI.create refuses a scheme that starts with a digit before the client can.
    private static String withoutScheme(String endpoint) {
        return Character.isDigit(endpoint.charAt(0)) ? "//" + endpoint : endpoint;
    }

    private static EtcdResult<ResponseHeader> put(EtcdClient etcd) {
        return etcd.put("k", ByteString.encodeUtf8("v"));
    }

    private static EtcdClient client(Duration timeout, URI... endpoints) {
        return new EtcdClient(List.of(endpoints), new OkHttpClient(), timeout);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        } catch (IOException e) {
            // The client may hang up on an answer that is too large.
            exchange.close();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static final class Endpoint implements AutoCloseable {
        final AtomicInteger requests = new AtomicInteger();
        private final HttpServer server;

        Endpoint(Handler handler) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Thread::startVirtualThread);
            server.createContext(
                    "/v3/",
                    exchange -> {
                        requests.incrementAndGet();
                        handler.handle(exchange);
                    });
            server.start();
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
