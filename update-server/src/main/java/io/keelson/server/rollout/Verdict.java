package io.keelson.server.rollout;

import io.keelson.server.release.StoredRelease;

/** What a host that asks is to be told. */
public sealed interface Verdict {
    /** Install this release. */
    record Offer(StoredRelease release) implements Verdict {}

    /**
     * Nothing for now; never an error, since a host would ask again at once.
     *
     * @param version the release it is about, or empty
     */
    record Denial(DecisionReason reason, String message, String version) implements Verdict {}
}
