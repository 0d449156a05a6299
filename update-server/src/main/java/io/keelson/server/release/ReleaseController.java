package io.keelson.server.release;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.util.List;

/** Releases over the API: list, show, publish, make cheaper to fetch. */
@RestController
@RequestMapping("/api/releases")
class ReleaseController {
    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final Publishing publishing;
    private final ArtifactPublishing additions;

    ReleaseController(
            ReleaseStore releases,
            ArtifactStore artifacts,
            Publishing publishing,
            ArtifactPublishing additions) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.publishing = publishing;
        this.additions = additions;
    }

    /** A release with the smaller ways to it. */
    record Listed(@JsonUnwrapped StoredRelease release, List<StoredArtifact> artifacts) {}

    @GetMapping
    List<Listed> list() {
        return releases.list().stream().map(this::listed).toList();
    }

    @GetMapping("/{version}")
    Listed show(@PathVariable String version) {
        return listed(publishing.find(version));
    }

    private Listed listed(StoredRelease release) {
        return new Listed(release, artifacts.of(release.version()));
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

    /** Takes the chunk index that belongs to the payload. */
    @PutMapping("/{version}/index")
    StoredArtifact addIndex(@PathVariable String version, HttpServletRequest request)
            throws IOException {
        return additions.addIndex(version, request.getInputStream());
    }

    /** Takes a delta; which release it starts from is in its signed metadata. */
    @PostMapping("/{version}/deltas")
    StoredArtifact addDelta(@PathVariable String version, HttpServletRequest request)
            throws IOException {
        return additions.addDelta(version, request.getInputStream());
    }
}
