package io.keelson.server.release;

import io.keelson.server.api.ApiProblem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Serves published payloads. A host resumes with {@code Range} and {@code If-Range} (RFC 9110
 * section 13.1.5), which the framework's own resource handling does not compare.
 */
@RestController
class PayloadController {
    private static final String PREFIX = "keelson-";
    private static final String SUFFIX = ".payload";

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final PayloadDirectory directory;

    PayloadController(ReleaseStore releases, ArtifactStore artifacts, PayloadDirectory directory) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.directory = directory;
    }

    /** A file that may be fetched. */
    private record Served(long sizeBytes, String sha256) {}

    /** The part of a payload to send, {@code end} exclusive. */
    private record Part(long start, long end) {}

    @GetMapping("/payloads/{name}")
    void payload(
            @PathVariable String name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Served file = file(name);
        String etag = "\"" + file.sha256() + "\"";
        response.setHeader("ETag", etag);
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader("Cache-Control", "no-transform");
        if (etag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        long size = file.sizeBytes();
        Part part = part(request, etag, size);
        if (part.start() >= part.end()) {
            response.setHeader("Content-Range", "bytes */" + size);
            throw new ApiProblem(
                    HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                    "invalid-range",
                    "payload " + name + " has " + size + " bytes");
        }
        if (part.end() - part.start() < size) {
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setHeader(
                    "Content-Range", "bytes " + part.start() + "-" + (part.end() - 1) + "/" + size);
        }
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(part.end() - part.start());
        if (request.getMethod().equals("GET")) {
            send(name, part, response);
        }
    }

    private Served file(String name) {
        if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
            String version = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
            StoredRelease release = releases.find(version).orElse(null);
            if (release != null && release.isPublished()) {
                return new Served(release.payloadSizeBytes(), release.payloadSha256());
            }
        }
        return artifacts
                .named(name)
                .map(artifact -> new Served(artifact.sizeBytes(), artifact.sha256()))
                .orElseThrow(() ->
                        new ApiProblem(
                                HttpStatus.NOT_FOUND,
                                "unknown-payload",
                                "no release here has payload " + name));
    }

    /** Several ranges in one request are answered with the whole, which a server may do. */
    private static Part part(HttpServletRequest request, String etag, long size) {
        Part whole = new Part(0, size);
        String range = request.getHeader("Range");
        String unlessChanged = request.getHeader("If-Range");
        if (range == null || (unlessChanged != null && !unlessChanged.equals(etag))) {
            return whole;
        }
        List<HttpRange> ranges;
        try {
            ranges = HttpRange.parseRanges(range);
        } catch (IllegalArgumentException e) {
            return whole;
        }
        if (ranges.size() != 1) {
            return whole;
        }
        HttpRange one = ranges.getFirst();
        return new Part(one.getRangeStart(size), one.getRangeEnd(size) + 1);
    }

    private void send(String name, Part part, HttpServletResponse response) throws IOException {
        try (FileChannel file =
                FileChannel.open(directory.payload(name), StandardOpenOption.READ)) {
            WritableByteChannel out = Channels.newChannel(response.getOutputStream());
            long position = part.start();
            while (position < part.end()) {
                long sent = file.transferTo(position, part.end() - position, out);
                if (sent <= 0) {
                    throw new IOException("payload " + name + " is shorter than recorded");
                }
                position += sent;
            }
        }
    }
}
