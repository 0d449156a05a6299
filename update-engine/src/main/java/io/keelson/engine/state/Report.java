package io.keelson.engine.state;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One event (Omaha event type and result) that the update server has not acknowledged yet.
 *
 * @param versions as they were when it happened; a report may be sent boots later
 * @param fetched what the release was installed from, once that is known
 */
public record Report(
        int type,
        int result,
        OptionalInt errorCode,
        Versions versions,
        String reason,
        Optional<Fetched> fetched) {
    /** The release that ran, the one before and the one to come; empty where there is none. */
    public record Versions(String running, String previous, String next) {}

    public Report {
        reason = Sentence.account(reason);
    }

    public Report(int type, int result, OptionalInt errorCode, Versions versions, String reason) {
        this(type, result, errorCode, versions, reason, Optional.empty());
    }

    /** The same event of a release that was installed from this. */
    public Report of(Fetched source) {
        return new Report(type, result, errorCode, versions, reason, Optional.of(source));
    }
}
