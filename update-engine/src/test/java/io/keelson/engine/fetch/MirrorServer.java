package io.keelson.engine.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web server whose files misbehave as told; several paths make several mirrors. */
public final class MirrorServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");

    private final HttpServer http;
    private final ConcurrentHashMap<String, Mirror> mirrors = new ConcurrentHashMap<>();

    /** Ranges asked for in order, as {@code /path bytes=7-}; without a range the path alone. */
    public final List<String> requests = new ArrayList<>();

    /** One file. Changes count from the next request on. */
    public static final class Mirror {
        byte[] content;
        String etag;
        int status = 200;
        int statusAfterwards = 200;
        boolean ignoresRange;
        boolean hidesSize;

        /** Bytes after which each of the next answers is cut; beyond the list nothing is cut. */
        final List<Integer> cuts = new ArrayList<>();

        Mirror(byte[] content, String etag) {
            this.content = content;
            this.etag = etag;
        }

        public Mirror cutAfter(Integer... bytes) {
            cuts.addAll(List.of(bytes));
            return this;
        }

        public Mirror answering(int code) {
            status = code;
            return this;
        }

        /** From the second request on. */
        public Mirror answeringAfterwards(int code) {
            statusAfterwards = code;
            return this;
        }

        public Mirror ignoringRange() {
            ignoresRange = true;
            return this;
        }

        public Mirror hidingSize() {
            hidesSize = true;
            return this;
        }

        public void becomes(byte[] other, String otherEtag) {
            content = other;
            etag = otherEtag;
        }
    }

    public MirrorServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
    }

    public Mirror serve(String path, byte[] content) {
        return serve(path, content, "\"one\"");
    }

    public Mirror serve(String path, byte[] content, String etag) {
        var mirror = new Mirror(content, etag);
        mirrors.put(path, mirror);
        return mirror;
    }

    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(range == null ? path : path + " " + range);
        Mirror mirror = mirrors.get(path);
        if (mirror == null || mirror.status != 200) {
            exchange.sendResponseHeaders(mirror == null ? 404 : mirror.status, -1);
            exchange.close();
            return;
        }
        if (!mirror.etag.isEmpty()) {
            exchange.getResponseHeaders().set("ETag", mirror.etag);
        }
        String unlessChanged = exchange.getRequestHeaders().getFirst("If-Range");
        boolean whole =
                range == null
                        || mirror.ignoresRange
                        || (unlessChanged != null && !unlessChanged.equals(mirror.etag));
        int size = mirror.content.length;
        int start = 0;
        int end = size;
        if (!whole) {
            Matcher asked = RANGE.matcher(range);
            if (!asked.matches() || Integer.parseInt(asked.group(1)) >= size) {
                exchange.sendResponseHeaders(416, -1);
                exchange.close();
                return;
            }
            start = Integer.parseInt(asked.group(1));
            if (!asked.group(2).isEmpty()) {
                end = Math.min(size, Integer.parseInt(asked.group(2)) + 1);
            }
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%s"
                                    .formatted(start, end - 1, mirror.hidesSize ? "*" : size));
        }
        if (mirror.statusAfterwards != 200) {
            mirror.status = mirror.statusAfterwards;
            mirror.statusAfterwards = 200;
        }
        int cut = mirror.cuts.isEmpty() ? Integer.MAX_VALUE : mirror.cuts.removeFirst();
        exchange.sendResponseHeaders(whole ? 200 : 206, mirror.hidesSize ? 0 : end - start);
        try (var body = exchange.getResponseBody()) {
            body.write(mirror.content, start, Math.min(cut, end - start));
            body.flush();
            if (cut < end - start) {
                // Closed without the rest: the client sees the connection break.
                exchange.close();
            }
        } catch (IOException e) {
            // The client went away, or the cut was made.
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
