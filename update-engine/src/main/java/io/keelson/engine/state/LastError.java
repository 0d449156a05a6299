package io.keelson.engine.state;

import java.time.Instant;

/**
 * What failed last.
 *
 * @param reason one sentence
 * @param at when it first did
 * @param isOfCheck whether asking the server failed; the next answer of the server ends it
 */
public record LastError(String reason, Instant at, boolean isOfCheck) {
    public LastError {
        reason = Sentence.reason(reason);
    }

    /** Something on this host, or with a release. */
    public LastError(String reason, Instant at) {
        this(reason, at, false);
    }
}
