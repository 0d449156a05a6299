package io.keelson.engine.health.check;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A web server answers as expected. Redirects are answers, not followed. */
public final class HttpProbe implements HealthCheck {
    /** What is expected is looked for in this much of the answer. */
    private static final int BODY_BYTES_MAX = 64 << 10;

    private final String name;
    private final Expected expected;

    /**
     * What a healthy service answers.
     *
     * @param firstStatus the lowest good status code
     * @param lastStatus the highest
     * @param contains what the beginning of the answer must have in it, or empty
     */
    public record Expected(URI url, int firstStatus, int lastStatus, String contains) {}

    public HttpProbe(String name, Expected expected) {
        this.name = name;
        this.expected = expected;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CheckOutcome look(Duration limit) {
        try {
            if (!(expected.url().toURL().openConnection() instanceof HttpURLConnection http)) {
                return new CheckOutcome.Failed(expected.url() + " is no address of a web server");
            }
            http.setInstanceFollowRedirects(false);
            // Two waits, each of which may take all of its time.
            http.setConnectTimeout((int) limit.toMillis() / 2);
            http.setReadTimeout((int) limit.toMillis() / 2);
            try {
                return answer(http);
            } finally {
                http.disconnect();
            }
        } catch (IOException e) {
            return new CheckOutcome.Waiting(
                    "no answer from %s: %s".formatted(expected.url(), e.getMessage()));
        }
    }

    private CheckOutcome answer(HttpURLConnection http) throws IOException {
        int status = http.getResponseCode();
        if (status < expected.firstStatus() || status > expected.lastStatus()) {
            return new CheckOutcome.Waiting(
                    "%s answers with status %d".formatted(expected.url(), status));
        }
        if (!expected.contains().isEmpty() && !body(http).contains(expected.contains())) {
            return new CheckOutcome.Waiting(
                    "the answer of %s has no \"%s\" in it"
                            .formatted(expected.url(), expected.contains()));
        }
        return new CheckOutcome.Passed();
    }

    private static String body(HttpURLConnection http) throws IOException {
        try (var in =
                http.getErrorStream() == null ? http.getInputStream() : http.getErrorStream()) {
            return new String(in.readNBytes(BODY_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }
}
