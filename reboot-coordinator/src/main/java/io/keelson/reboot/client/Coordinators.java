package io.keelson.reboot.client;

import io.keelson.reboot.client.Reply.Answered;
import io.keelson.reboot.client.Reply.Fields;
import io.keelson.reboot.client.Reply.Lost;

import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import okio.BufferedSource;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The coordinators of one store, each as good as the next. A question of the protocol is harmless
 * when it comes twice: one whose answer was lost is asked again, and what the first one left is
 * read back from the group by the second.
 */
public final class Coordinators {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final int SERVER_ERROR = 500;
    private static final MediaType JSON = MediaType.get("application/json");

    private final List<HttpUrl> bases;
    private final OkHttpClient http;
    private final Optional<String> token;
    private volatile int preferred;

    /**
     * @param addresses of coordinators over one store, {@code http(s)://HOST:PORT[/PATH]}
     * @param http brings TLS settings; its timeouts and retries are overruled
     * @param token proves which node asks; empty where a certificate does or nothing has to
     */
    public Coordinators(List<URI> addresses, OkHttpClient http, Optional<String> token) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("at least one coordinator is needed");
        }
        this.bases = addresses.stream().map(Coordinators::base).toList();
        this.token = token;
        this.http =
                http.newBuilder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .writeTimeout(ANSWER_TIMEOUT)
                        // A token must not follow wherever a stranger sends it.
                        .followRedirects(false)
                        .followSslRedirects(false)
                        .retryOnConnectionFailure(false)
                        .build();
    }

    private static HttpUrl base(URI address) {
        HttpUrl url = HttpUrl.parse(address.toString());
        if (url == null) {
            throw new IllegalArgumentException(
                    "a coordinator is http://HOST:PORT or https://HOST:PORT, not '"
                            + address
                            + "'");
        }
        return url;
    }

    /**
     * Asks, of the next one too when one does not answer, and of the first of them once more: by
     * then it may have been restarted, or it was only its connection that had gone stale.
     *
     * @param wait what the one that answers may take on top of what an answer takes
     */
    Reply ask(List<String> path, byte[] body, Duration wait) {
        int first = preferred;
        Reply last = new Lost("no coordinator was asked");
        for (int i = 0; i <= bases.size(); i++) {
            int index = (first + i) % bases.size();
            last = askOne(bases.get(index), path, body, i < bases.size() ? wait : Duration.ZERO);
            boolean isDecided =
                    last instanceof Answered answered && answered.status() < SERVER_ERROR;
            if (isDecided) {
                preferred = index;
                return last;
            }
            if (Thread.currentThread().isInterrupted()) {
                return new Lost("the question was taken back");
            }
        }
        return last;
    }

    private Reply askOne(HttpUrl base, List<String> path, byte[] body, Duration wait) {
        HttpUrl.Builder url = base.newBuilder();
        path.forEach(url::addPathSegment);
        if (!wait.isZero()) {
            url.addQueryParameter("wait", Long.toString(wait.toSeconds()));
        } else if (path.getLast().equals("request")) {
            url.addQueryParameter("wait", "0");
        }
        var request = new Request.Builder().url(url.build()).post(RequestBody.create(body, JSON));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        Duration most = ANSWER_TIMEOUT.plus(wait);
        OkHttpClient patient = http.newBuilder().readTimeout(most).callTimeout(most).build();
        try (Response response = patient.newCall(request.build()).execute()) {
            BufferedSource source = response.body().source();
            if (source.request(ANSWER_BYTES_MAX + 1L)) {
                return new Lost(base + " answered more than " + ANSWER_BYTES_MAX + " bytes");
            }
            return new Answered(
                    base.toString(), response.code(), Fields.parse(source.readByteArray()));
        } catch (IOException e) {
            return new Lost("no answer from the coordinator at " + base + ": " + e.getMessage());
        }
    }
}
