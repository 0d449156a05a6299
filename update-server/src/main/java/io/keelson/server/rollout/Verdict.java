package io.keelson.server.rollout;

import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.server.release.StoredRelease;

import java.util.Optional;

/** What a host that asks is to be told. */
public sealed interface Verdict {
    /**
     * Install this release.
     *
     * @param downgrade the statement by which it may be older than what the host runs
     */
    record Offer(StoredRelease release, Optional<SignedDowngrade> downgrade) implements Verdict {}

    /**
     * Nothing for now; never an error, since a host would ask again at once.
     *
     * @param version the release it is about, or empty
     */
    record Denial(DecisionReason reason, String message, String version) implements Verdict {}
}
