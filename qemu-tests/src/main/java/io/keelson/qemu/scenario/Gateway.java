package io.keelson.qemu.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.keelson.omaha.OmahaRequest;
import io.keelson.omaha.OmahaResponse;
import io.keelson.omaha.OmahaXml;
import io.keelson.omaha.PackageFile;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.ResponseApp;
import io.keelson.omaha.UpdateCheck;

import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;

/** The way from a host to its update server: open, cut in the middle of a file, or a lie. */
final class Gateway implements AutoCloseable {
    private static final int REQUEST_BYTES_MAX = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final URI server;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final OkHttpClient client =
            new OkHttpClient.Builder().readTimeout(Duration.ofMinutes(2)).build();
    private final AtomicLong lastOffset = new AtomicLong();
    private final AtomicLong bytesLeft = new AtomicLong(Long.MAX_VALUE);
    private volatile Optional<Lie> lie = Optional.empty();

    /** A release that is offered whatever the host runs. */
    record Lie(String version, PackageFile payload) {}

    private Gateway(URI server, HttpServer http) {
        this.server = server;
        this.http = http;
    }

    /** Opens the way to a server on a port of its own. */
    static Gateway open(URI server) throws IOException {
        return open(server, HttpServer.create(anyPort(), 0));
    }

    /** The same behind TLS. */
    static Gateway open(URI server, SSLContext tls) throws IOException {
        HttpsServer https = HttpsServer.create(anyPort(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        return open(server, https);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Gateway open(URI server, HttpServer http) {
        Gateway gateway = new Gateway(server, http);
        http.setExecutor(gateway.threads);
        http.createContext("/", gateway::handle);
        http.start();
        return gateway;
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** Lets so many more bytes of answers through; then nobody is there any more. */
    void cutAfter(long bytes) {
        bytesLeft.set(bytes);
    }

    boolean isCut() {
        return bytesLeft.get() <= 0;
    }

    void mend() {
        bytesLeft.set(Long.MAX_VALUE);
    }

    void lie(Lie offered) {
        lie = Optional.of(offered);
    }

    void tellTheTruth() {
        lie = Optional.empty();
    }

    /** Where the last file that was asked for was to begin. */
    long lastOffset() {
        return lastOffset.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (isCut()) {
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(REQUEST_BYTES_MAX);
            boolean isCheck = exchange.getRequestURI().getPath().startsWith("/v1/update");
            if (isCheck && lie.isPresent()) {
                answer(exchange, body, lie.get());
            } else {
                forward(exchange, body);
            }
        }
    }

    private void forward(HttpExchange exchange, byte[] body) throws IOException {
        Request.Builder request =
                new Request.Builder().url(server.resolve(exchange.getRequestURI()).toString());
        // The server names its files by the address it was reached at.
        for (String name : List.of("Host", "Range", "If-Range", "Content-Type")) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        if (http instanceof HttpsServer) {
            request.header("X-Forwarded-Proto", "https");
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (exchange.getRequestMethod().equals("GET")) {
            lastOffset.set(
                    range == null ? 0 : Long.parseLong(range.replaceAll("bytes=(\\d+).*", "$1")));
        } else {
            request.method(
                    exchange.getRequestMethod(),
                    RequestBody.create(body, MediaType.parse("text/xml")));
        }
        try (Response response = client.newCall(request.build()).execute()) {
            for (String name : List.of("Content-Type", "Content-Range", "ETag", "Accept-Ranges")) {
                String value = response.header(name);
                if (value != null) {
                    exchange.getResponseHeaders().set(name, value);
                }
            }
            long length = response.body().contentLength();
            exchange.sendResponseHeaders(response.code(), length == 0 ? -1 : Math.max(0, length));
            copy(response.body().byteStream(), exchange);
        }
    }

    private void copy(InputStream in, HttpExchange exchange) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            exchange.getResponseBody().write(buffer, 0, count);
            bytesLeft.addAndGet(-count);
            if (isCut()) {
                throw new IOException("the way was cut");
            }
        }
    }

    /** Events are acknowledged and forgotten; a check is answered with the lie. */
    private static void answer(HttpExchange exchange, byte[] body, Lie lie) throws IOException {
        OmahaRequest request = OmahaXml.readRequest(new ByteArrayInputStream(body));
        String host = exchange.getRequestHeaders().getFirst("Host");
        var offer =
                new UpdateCheck.Update(
                        List.of(URI.create("http://" + host + "/payloads/")),
                        new UpdateCheck.Manifest(lie.version(), lie.payload(), Optional.empty()));
        List<ResponseApp> apps = request.apps().stream().map(app -> answer(app, offer)).toList();
        var xml = new ByteArrayOutputStream();
        OmahaXml.writeResponse(new OmahaResponse("lie", apps), xml);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(200, xml.size());
        xml.writeTo(exchange.getResponseBody());
    }

    private static ResponseApp answer(RequestApp app, UpdateCheck offer) {
        return new ResponseApp(
                app.appId(),
                ResponseApp.OK,
                true,
                app.events().size(),
                app.updateCheck() ? Optional.of(offer) : Optional.empty());
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }
}
