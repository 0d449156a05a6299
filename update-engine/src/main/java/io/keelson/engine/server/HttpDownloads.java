package io.keelson.engine.server;

import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Files by HTTP, whole or from where a transfer was cut. */
public final class HttpDownloads implements Downloads {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    /** A transfer that stands still for this long is given up (update_engine: 90 s). */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(90);

    /** A server that trickles must not keep the host from its other duties for ever. */
    private static final Duration TRANSFER_MAX = Duration.ofHours(6);

    private final OkHttpClient transfers;

    public HttpDownloads(OkHttpClient http) {
        this(http, TRANSFER_MAX);
    }

    HttpDownloads(OkHttpClient http, Duration transferMax) {
        this.transfers = patient(http).newBuilder().callTimeout(transferMax).build();
    }

    static OkHttpClient patient(OkHttpClient http) {
        // An https server must not be able to send us on to a plain one.
        return http.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(STALL_TIMEOUT)
                .followSslRedirects(false)
                .build();
    }

    @Override
    public Download download(URI source, Part part) throws IOException {
        // A content coding would change sizes and offsets.
        Request.Builder request =
                new Request.Builder().url(url(source)).header("Accept-Encoding", "identity");
        if (!part.isWhole()) {
            request.header("Range", part.range());
            part.etag().ifPresent(etag -> request.header("If-Range", etag));
        }
        Response response = transfers.newCall(request.build()).execute();
        try {
            return download(source, part, response);
        } catch (IOException e) {
            response.close();
            throw e;
        }
    }

    private static Download download(URI source, Part part, Response response) throws IOException {
        Optional<String> etag =
                Optional.ofNullable(response.header("ETag")).filter(tag -> tag.startsWith("\""));
        var body = response.body();
        return switch (response.code()) {
            case 200 -> new Download(body.byteStream(), 0, body.contentLength(), etag);
            case 206 -> {
                var range = ContentRange.parse(String.valueOf(response.header("Content-Range")));
                if (part.isWhole() || range.isEmpty() || range.get().first() != part.offset()) {
                    throw new IOException(
                            "%s answered %s with the range %s"
                                    .formatted(
                                            source,
                                            part.range(),
                                            response.header("Content-Range")));
                }
                yield new Download(body.byteStream(), part.offset(), range.get().fileBytes(), etag);
            }
            default -> throw new HttpStatusException(source, response.code());
        };
    }

    /** What {@link URI} takes for an address is not always one, such as a port above 65535. */
    static HttpUrl url(URI address) throws IOException {
        HttpUrl url = HttpUrl.parse(address.toString());
        if (url == null) {
            throw new IOException(address + " is no usable http or https address");
        }
        return url;
    }
}
