package io.keelson.server.fleet;

import io.keelson.omaha.OmahaException;
import io.keelson.omaha.OmahaRequest;
import io.keelson.omaha.OmahaResponse;
import io.keelson.omaha.OmahaXml;
import io.keelson.server.api.ApiProblem;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * The Omaha endpoint. Clients disagree on the trailing slash and the content type; both are free.
 */
@RestController
class OmahaController {
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:\\[\\]-]{1,255}");
    private static final MediaType XML = MediaType.parseMediaType(OmahaXml.CONTENT_TYPE);

    private final UpdateService updates;

    OmahaController(UpdateService updates) {
        this.updates = updates;
    }

    @PostMapping({"/v1/update", "/v1/update/"})
    ResponseEntity<byte[]> update(HttpServletRequest request) throws IOException {
        OmahaResponse response = updates.answer(read(request), codebase(request));
        ByteArrayOutputStream xml = new ByteArrayOutputStream();
        OmahaXml.writeResponse(response, xml);
        return ResponseEntity.ok().contentType(XML).body(xml.toByteArray());
    }

    private static OmahaRequest read(HttpServletRequest request) throws IOException {
        try {
            return OmahaXml.readRequest(request.getInputStream());
        } catch (OmahaException e) {
            throw new ApiProblem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-omaha",
                    "the Omaha request is refused: " + e.getMessage());
        }
    }

    /** Behind a port forward only the host knows the address it reached this server by. */
    private static URI codebase(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (host == null || !HOST.matcher(host).matches()) {
            throw new ApiProblem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-host",
                    "the request has no usable Host header");
        }
        try {
            return URI.create(scheme(request) + "://" + host + "/payloads/");
        } catch (IllegalArgumentException e) {
            throw new ApiProblem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-host",
                    "the Host header is not a host: " + host);
        }
    }

    /**
     * What a proxy that ends TLS in front of this server says (X-Forwarded-Proto) is believed: who
     * invents it changes the answer to nobody but itself.
     */
    private static String scheme(HttpServletRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Proto");
        return "https".equals(forwarded) || "http".equals(forwarded)
                ? forwarded
                : request.getScheme();
    }
}
