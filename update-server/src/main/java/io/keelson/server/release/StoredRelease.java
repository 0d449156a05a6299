package io.keelson.server.release;

import java.time.Instant;
import java.util.Optional;

/**
 * A release as this server knows it.
 *
 * @param payloadSha1Base64 for clients that still want SHA-1; empty until published
 * @param publishedAt empty while only the manifest is here
 */
public record StoredRelease(
        String version,
        String arch,
        String rootHash,
        long payloadSizeBytes,
        String payloadSha256,
        String payloadSha1Base64,
        Instant announcedAt,
        Optional<Instant> publishedAt) {
    public boolean isPublished() {
        return publishedAt.isPresent();
    }

    /** The payload's name below {@code /payloads/}. */
    public String payloadName() {
        return payloadName(version);
    }

    static String payloadName(String version) {
        return "keelson-" + version + ".payload";
    }
}
