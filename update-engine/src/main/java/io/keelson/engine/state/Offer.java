package io.keelson.engine.state;

import io.keelson.disk.boot.ReleaseVersion;

import java.net.URI;
import java.util.List;

/** A release the update server offers: its payload's addresses in order, size and digest. */
public record Offer(ReleaseVersion version, List<URI> sources, long sizeBytes, String sha256Hex) {
    public Offer {
        sources = List.copyOf(sources);
        if (sources.isEmpty() || sizeBytes <= 0 || !sha256Hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not an offer: " + version + " " + sources);
        }
    }
}
