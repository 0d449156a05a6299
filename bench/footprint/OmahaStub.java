import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.Executors;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An https update server for bench/footprint.sh, as a source file for the {@code java} launcher: {@code OmahaStub
 * DIRECTORY VERSION PAYLOAD SHA256}. It has no update until there is a file {@code offer} in the directory, counts the
 * requests in {@code asked} and says its port in {@code port}; {@code server.p12} is its certificate.
 */
void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Path payload = Path.of(args[2]);
    KeyStore keys = KeyStore.getInstance(directory.resolve("server.p12").toFile(), "footprint".toCharArray());
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "footprint".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(factory.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    int port = server.getAddress().getPort();
    String offer = """
            <updatecheck status="ok"><urls><url codebase="https://127.0.0.1:%d/"/></urls><manifest version="%s">\
            <packages><package name="update.payload" size="%d" required="true" hash_sha256="%s"/></packages>\
            <actions><action event="postinstall"/></actions></manifest></updatecheck>"""
            .formatted(port, args[1], Files.size(payload), args[3]);
    server.createContext("/v1/update/", exchange -> {
        boolean isCheck = new String(exchange.getRequestBody().readAllBytes()).contains("<updatecheck");
        String answer = Files.exists(directory.resolve("offer")) ? offer : "<updatecheck status=\"noupdate\"/>";
        if (isCheck) {
            Files.writeString(directory.resolve("asked"), ".", java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
        }
        byte[] body = """
                <?xml version="1.0" encoding="UTF-8"?><response protocol="3.0"><daystart elapsed_seconds="1"/>\
                <app appid="b1c4f8a6-6f0e-4e5b-9c4e-6b65656c736f" status="ok">%s</app></response>"""
                .formatted(isCheck ? answer : "<event status=\"ok\"/>").getBytes();
        exchange.getResponseHeaders().add("Content-Type", "text/xml");
        exchange.sendResponseHeaders(200, body.length);
        finish(exchange, () -> exchange.getResponseBody().write(body));
    });
    server.createContext("/update.payload", exchange -> {
        exchange.sendResponseHeaders(200, Files.size(payload));
        finish(exchange, () -> Files.copy(payload, exchange.getResponseBody()));
    });
    server.start();
    Files.writeString(directory.resolve("port.new"), port + "\n");
    Files.move(directory.resolve("port.new"), directory.resolve("port"));
}

interface Body {
    void write() throws IOException;
}

void finish(HttpExchange exchange, Body body) throws IOException {
    try (exchange) {
        body.write();
    }
}
