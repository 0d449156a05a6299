package io.keelson.engine.state;

import java.util.OptionalInt;

/**
 * One event (Omaha event type and result) that the update server has not acknowledged yet.
 *
 * @param versions as they were when it happened; a report may be sent boots later
 */
public record Report(
        int type, int result, OptionalInt errorCode, Versions versions, String reason) {
    /** The release that ran, the one before and the one to come; empty where there is none. */
    public record Versions(String running, String previous, String next) {}
}
