package io.keelson.server.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets changes pass only with the token, and never from another site's page. Everything is a change
 * but a read and a host's own call, so that a new path, or another spelling of one, is guarded.
 */
@Component
class AdminGuard extends OncePerRequestFilter {
    private static final Set<String> READS = Set.of("GET", "HEAD");

    /** Matched as the dispatcher matches: both see the same decoded segments. */
    private static final List<PathPattern> HOSTS_OWN =
            List.of(
                    PathPatternParser.defaultInstance.parse("/v1/update"),
                    PathPatternParser.defaultInstance.parse("/v1/update/"),
                    // The coordinator judges itself who may ask for which node.
                    PathPatternParser.defaultInstance.parse("/v1/pre-reboot"),
                    PathPatternParser.defaultInstance.parse("/v1/steady-state"),
                    PathPatternParser.defaultInstance.parse("/v2/reboots/**"));

    private static final Pattern HOST =
            Pattern.compile("(?<name>[0-9A-Za-z.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

    private final Optional<AdminToken> token;

    AdminGuard(Optional<AdminToken> token) {
        this.token = token;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return READS.contains(request.getMethod())
                || (request.getMethod().equals("POST") && isHostsOwn(request));
    }

    private static boolean isHostsOwn(HttpServletRequest request) {
        PathContainer path = ServletRequestPathUtils.parseAndCache(request).pathWithinApplication();
        return HOSTS_OWN.stream().anyMatch(pattern -> pattern.matches(path));
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // On loopback there may be no token, yet any page in the operator's browser can post here.
        if ("cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
            refuse(
                    response,
                    HttpServletResponse.SC_FORBIDDEN,
                    "a page of another site may not change anything here");
            return;
        }
        // A page's own name may be made to resolve to loopback: then it is of the same site.
        if (token.isEmpty() && !isLoopback(request.getHeader("Host"))) {
            refuse(
                    response,
                    HttpServletResponse.SC_FORBIDDEN,
                    "a server without an admin token accepts changes only under the name localhost"
                            + " or a loopback address");
            return;
        }
        String sent = request.getHeader("Authorization");
        if (token.isPresent() && !token.get().admits(sent == null ? "" : sent)) {
            response.setHeader("WWW-Authenticate", "Bearer");
            refuse(
                    response,
                    HttpServletResponse.SC_UNAUTHORIZED,
                    "changes need the admin token this server was started with; the command line"
                            + " sends it by --admin-token FILE");
            return;
        }
        chain.doFilter(request, response);
    }

    private static boolean isLoopback(@Nullable String host) {
        Matcher parts = HOST.matcher(host == null ? "" : host);
        if (!parts.matches()) {
            return false;
        }
        String name = parts.group("name");
        if (name.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            // A literal only: a name must not be looked up, that is the attack.
            return InetAddress.ofLiteral(name).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static void refuse(HttpServletResponse response, int status, String why)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getWriter().print("{\"kind\":\"not-allowed\",\"message\":\"" + why + "\"}");
    }
}
