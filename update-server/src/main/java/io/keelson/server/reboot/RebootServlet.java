package io.keelson.server.reboot;

import io.keelson.reboot.serve.Caller;
import io.keelson.reboot.serve.HttpCall;
import io.keelson.reboot.serve.HttpReply;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands requests to the coordinator. A request that waits for its turn keeps its virtual thread,
 * and nothing else.
 */
public final class RebootServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** What it serves; all else of the server is not its business. */
    public static final List<String> PATHS = List.of("/v1/pre-reboot", "/v1/steady-state", "/v2/*");

    private static final int TOO_LARGE = 413;

    private final transient RebootService service;

    public RebootServlet(RebootService service) {
        this.service = service;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] body = request.getInputStream().readNBytes(HttpCall.BODY_BYTES_MAX + 1);
        if (body.length > HttpCall.BODY_BYTES_MAX) {
            response.setStatus(TOO_LARGE);
            return;
        }
        try {
            HttpReply reply = service.coordinator().handle(call(request, body));
            response.setStatus(reply.status());
            reply.headers().forEach(response::setHeader);
            response.setContentLength(reply.body().length);
            response.getOutputStream().write(reply.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }

    private HttpCall call(HttpServletRequest request, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name));
        }
        String path =
                request.getServletPath() + Optional.ofNullable(request.getPathInfo()).orElse("");
        String query = Optional.ofNullable(request.getQueryString()).orElse("");
        return new HttpCall(
                request.getMethod(),
                path,
                HttpCall.parseQuery(query),
                headers,
                body,
                caller(request, headers, path));
    }

    private Caller caller(HttpServletRequest request, Map<String, String> headers, String path)
            throws IllegalArgumentException {
        boolean isBrowser = headers.containsKey("origin") || headers.containsKey("sec-fetch-site");
        boolean isLocal =
                !isBrowser && InetAddress.ofLiteral(request.getRemoteAddr()).isLoopbackAddress();
        Optional<Caller> token = service.tokens().find(headers.getOrDefault("authorization", ""));
        // The guard in front has let a change through, so it was the administrator who sent it.
        boolean isAdministrator =
                request.getMethod().equals("POST") && path.startsWith("/v2/groups/");
        Optional<String> operator =
                token.flatMap(Caller::operator)
                        .or(() ->
                                isAdministrator ? Optional.of("administrator") : Optional.empty());
        return new Caller(isLocal, token.map(Caller::ids).orElse(Set.of()), operator);
    }
}
