package io.keelson.server.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Lets changes through the API pass only with the token, and never from another site's page. */
@Component
class AdminGuard extends OncePerRequestFilter {
    private static final Set<String> READS = Set.of("GET", "HEAD");

    private final Optional<AdminToken> token;

    AdminGuard(Optional<AdminToken> token) {
        this.token = token;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api") || READS.contains(request.getMethod());
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
        String sent = request.getHeader("Authorization");
        if (token.isPresent() && !token.get().admits(sent == null ? "" : sent)) {
            response.setHeader("WWW-Authenticate", "Bearer");
            refuse(
                    response,
                    HttpServletResponse.SC_UNAUTHORIZED,
                    "changes need the admin token this server was started with");
            return;
        }
        chain.doFilter(request, response);
    }

    private static void refuse(HttpServletResponse response, int status, String why)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getWriter().print("{\"kind\":\"not-allowed\",\"message\":\"" + why + "\"}");
    }
}
