package io.keelson.server.release;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A release as this server knows it.
 *
 * @param payloadSha1Base64 for clients that still want SHA-1; empty until published
 * @param capabilities what a host must have announced to be given the payload; empty until
 *     published
 * @param publishedAt empty while only the manifest is here
 */
public record StoredRelease(
        String version,
        String arch,
        String rootHash,
        long payloadSizeBytes,
        String payloadSha256,
        String payloadSha1Base64,
        SortedSet<String> capabilities,
        Instant announcedAt,
        Optional<Instant> publishedAt) {
    public StoredRelease {
        capabilities = new TreeSet<>(capabilities);
    }

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
