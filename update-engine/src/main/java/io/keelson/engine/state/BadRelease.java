package io.keelson.engine.state;

import io.keelson.disk.boot.ReleaseVersion;

import java.time.Instant;
import java.util.Optional;

/**
 * A release that is not fetched again.
 *
 * @param payloadSha256Hex present when only this payload is bad (say, signed by a foreign key): a
 *     server that lies once must not keep the host from the true release of that version
 */
public record BadRelease(
        ReleaseVersion version, Optional<String> payloadSha256Hex, String reason, Instant at) {
    public BadRelease {
        reason = Sentence.reason(reason);
    }

    /** Whether this is why an offer must be skipped. */
    public boolean covers(Offer offer) {
        return version.equals(offer.version())
                && payloadSha256Hex.map(offer.sha256Hex()::equals).orElse(true);
    }
}
