package io.keelson.engine.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that answers as Nebraska is documented to: SHA-1 in the package, SHA-256 in the action
 * alone, denials as {@code error-…} with {@code error-internal}, one status per instance which
 * events move, a fixed list of events it takes, and 200 without a body for what it cannot read.
 */
final class NebraskaServer implements AutoCloseable {
    static final String APP_ID = "{e96281a6-d1af-4bde-9a0a-97b76e56dc57}";
    private static final Set<String> EVENTS = Set.of("3/0", "3/1", "3/2", "13/1", "14/1");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

    private final HttpServer http;
    final List<String> requests = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<String> rejected = new ArrayList<>();

    /** Nebraska's name of the rule that keeps updates back; empty for none. */
    String denial = "";

    boolean isSpeechless;
    private String status = "Undefined";
    private final TestRelease release;

    NebraskaServer(TestRelease release) throws IOException {
        this.release = release;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/update/", this::update);
        http.createContext("/flatcar/", this::payload);
        http.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/v1/update/");
    }

    /** What the server thinks of the one instance. */
    synchronized String status() {
        return status;
    }

    private synchronized void update(HttpExchange exchange) throws IOException {
        String request =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(request);
        String answer = isSpeechless ? "" : answer(request);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String answer(String request) throws IOException {
        String app = element(request, "app");
        if (!attribute(app, "appid").equals(APP_ID)) {
            return response("<app appid=\"\" status=\"error-unknownApplicationOrGroup\"></app>");
        }
        var body = new StringBuilder("<ping status=\"ok\"></ping>");
        Matcher event = Pattern.compile("<event [^>]*>").matcher(request);
        while (event.find()) {
            event(event.group());
            body.append("<event status=\"ok\"></event>");
        }
        String appStatus = "ok";
        if (request.contains("<updatecheck")) {
            String running = attribute(app, "version");
            boolean isCurrent = running.equals(release.version().text());
            String denied = isUnderWay() ? "error-updateInProgressOnInstance" : denial;
            if (!denied.isEmpty()) {
                appStatus = denied;
                body.append("<updatecheck status=\"error-internal\"></updatecheck>");
            } else if (isCurrent) {
                body.append("<updatecheck status=\"noupdate\"></updatecheck>");
            } else {
                status = "UpdateGranted";
                body.append(offer());
            }
        }
        return response(
                "<app appid=\"%s\" status=\"%s\">%s</app>".formatted(APP_ID, appStatus, body));
    }

    private boolean isUnderWay() {
        return Set.of("Downloading", "Downloaded", "Installed").contains(status);
    }

    private void event(String element) {
        String code = attribute(element, "eventtype") + "/" + attribute(element, "eventresult");
        if (!EVENTS.contains(code)) {
            rejected.add(code);
            return;
        }
        events.add(code);
        boolean isNoise = Set.of("", "0.0.0.0").contains(attribute(element, "previousversion"));
        status =
                switch (code) {
                    case "13/1" -> "Downloading";
                    case "14/1" -> "Downloaded";
                    case "3/0" -> "Error";
                    case "3/2" -> isNoise ? "Undefined" : "Complete";
                    default -> status;
                };
    }

    private String offer() throws IOException {
        byte[] payload = Files.readAllBytes(release.payload());
        return """
        <updatecheck status="ok"><urls><url codebase="http://127.0.0.1:%d/flatcar/"></url></urls>\
        <manifest version="%s"><packages><package name="update.gz" hash="%s" size="%d" required="true">\
        </package></packages><actions><action event="postinstall" DisplayVersion="" sha256="%s" \
        needsadmin="false" IsDeltaPayload="false" DisablePayloadBackoff="true" \
        MetadataSignatureRsa="" MetadataSize="" deadline=""></action></actions></manifest></updatecheck>\
        """
                .formatted(
                        http.getAddress().getPort(),
                        release.version(),
                        digest("SHA-1", payload),
                        payload.length,
                        digest("SHA-256", payload));
    }

    private void payload(HttpExchange exchange) throws IOException {
        byte[] payload = Files.readAllBytes(release.payload());
        exchange.sendResponseHeaders(200, payload.length);
        exchange.getResponseBody().write(payload);
        exchange.close();
    }

    private static String response(String app) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response protocol=\"3.0\""
                + " server=\"nebraska\"><daystart elapsed_seconds=\"0\"></daystart>"
                + app
                + "</response>";
    }

    private static String element(String xml, String name) {
        Matcher found = Pattern.compile("<" + name + " [^>]*>").matcher(xml);
        return found.find() ? found.group() : "";
    }

    static String attribute(String element, String name) {
        Matcher found = ATTRIBUTE.matcher(element);
        while (found.find()) {
            if (found.group(1).equals(name)) {
                return found.group(2);
            }
        }
        return "";
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
