package io.keelson.reboot.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.keelson.reboot.serve.Caller;
import io.keelson.reboot.serve.Coordinator;
import io.keelson.reboot.serve.HttpCall;
import io.keelson.reboot.serve.HttpReply;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The JDK's own HTTP server in front of a coordinator: a virtual thread per request, so that
 * thousands may wait for their turn at once.
 */
final class HttpFront implements AutoCloseable {
    /** As many as the kernel lets queue: a fleet asks at the same moment. */
    private static final int BACKLOG = 16_384;

    private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Coordinator coordinator;
    private final Doorkeeping doorkeeping;

    /**
     * How callers are told apart.
     *
     * @param operators names in certificates that may steer groups
     * @param trustsLocal whether callers on loopback may do everything
     */
    record Doorkeeping(Tokens tokens, Set<String> operators, boolean trustsLocal) {}

    /** TLS, and whether clients are asked for certificates. */
    record Tls(SSLContext context, boolean asksClients) {}

    HttpFront(
            InetSocketAddress address,
            Optional<Tls> tls,
            Coordinator coordinator,
            Doorkeeping doorkeeping)
            throws IOException {
        this.coordinator = coordinator;
        this.doorkeeping = doorkeeping;
        this.server = tls.isPresent() ? secured(address, tls.get()) : plain(address);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    private static HttpServer plain(InetSocketAddress address) throws IOException {
        return HttpServer.create(address, BACKLOG);
    }

    private static HttpServer secured(InetSocketAddress address, Tls tls) throws IOException {
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls.context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters chosen = getSSLContext().getDefaultSSLParameters();
                        // A token does as well as a certificate.
                        chosen.setWantClientAuth(tls.asksClients());
                        parameters.setSSLParameters(chosen);
                    }
                });
        return server;
    }

    void start() {
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(HttpCall.BODY_BYTES_MAX + 1);
            if (body.length > HttpCall.BODY_BYTES_MAX) {
                exchange.sendResponseHeaders(413, -1);
                return;
            }
            HttpReply reply = coordinator.handle(call(exchange, body));
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(
                    reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            exchange.getResponseBody().write(reply.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "request failed path=" + exchange.getRequestURI().getPath(),
                    e);
            exchange.sendResponseHeaders(500, -1);
        }
    }

    private HttpCall call(HttpExchange exchange, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        String query = exchange.getRequestURI().getRawQuery();
        String path = exchange.getRequestURI().getPath();
        return new HttpCall(
                exchange.getRequestMethod(),
                path == null ? "" : path,
                HttpCall.parseQuery(query == null ? "" : query),
                headers,
                body,
                caller(exchange, headers));
    }

    private Caller caller(HttpExchange exchange, Map<String, String> headers) {
        // A page in the browser of somebody on this machine asks from loopback, too.
        boolean isBrowser = headers.containsKey("origin") || headers.containsKey("sec-fetch-site");
        boolean isLocal =
                doorkeeping.trustsLocal()
                        && !isBrowser
                        && exchange.getRemoteAddress().getAddress().isLoopbackAddress();
        Set<String> names =
                exchange instanceof HttpsExchange secured
                        ? PeerNames.of(secured.getSSLSession())
                        : Set.of();
        Optional<Caller> token =
                doorkeeping.tokens().find(headers.getOrDefault("authorization", ""));
        Optional<String> operator =
                token.flatMap(Caller::operator)
                        .or(() ->
                                names.stream()
                                        .filter(doorkeeping.operators()::contains)
                                        .findFirst());
        return new Caller(isLocal, token.map(Caller::ids).orElse(names), operator);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
