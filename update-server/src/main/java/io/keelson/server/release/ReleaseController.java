package io.keelson.server.release;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.util.List;

/** Releases over the API: list, show, publish. */
@RestController
@RequestMapping("/api/releases")
class ReleaseController {
    private final ReleaseStore releases;
    private final Publishing publishing;

    ReleaseController(ReleaseStore releases, Publishing publishing) {
        this.releases = releases;
        this.publishing = publishing;
    }

    @GetMapping
    List<StoredRelease> list() {
        return releases.list();
    }

    @GetMapping("/{version}")
    StoredRelease show(@PathVariable String version) {
        return publishing.find(version);
    }

    /** The {@code release.json} as it was sent. */
    @GetMapping("/{version}/manifest")
    ResponseEntity<String> manifest(@PathVariable String version) {
        publishing.find(version);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(releases.manifest(version).orElse("{}"));
    }

    @PutMapping("/{version}/manifest")
    StoredRelease announce(@PathVariable String version, HttpServletRequest request)
            throws IOException {
        return publishing.announce(version, request.getInputStream());
    }

    @PutMapping("/{version}/payload")
    StoredRelease publish(@PathVariable String version, HttpServletRequest request)
            throws IOException {
        return publishing.publish(version, request.getInputStream());
    }
}
