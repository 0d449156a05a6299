package io.keelson.server.fleet;

import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;
import io.keelson.omaha.OmahaEvent;

import java.time.Instant;
import java.util.Optional;

/**
 * What a host has last made a release from, as it says.
 *
 * @param artifact {@code full}, {@code delta} or {@code chunk-index}
 * @param detours why better ways were not taken; empty when the best one was
 */
record HostFetch(
        String version, String artifact, long downloadedBytes, String detours, Instant at) {
    private static final int ARTIFACT_CHARACTERS_MAX = 32;

    /** Empty unless the event is the end of a download that says what it was. */
    static Optional<HostFetch> of(OmahaEvent event, Instant now) {
        boolean isFetched =
                event.type() == EventType.UPDATE_DOWNLOAD_FINISHED
                        && event.result() == EventResult.SUCCESS;
        return event.transfer()
                .filter(transfer ->
                        isFetched && transfer.artifact().length() <= ARTIFACT_CHARACTERS_MAX)
                .map(transfer ->
                        new HostFetch(
                                HostReport.cut(event.nextVersion()),
                                transfer.artifact(),
                                transfer.downloadedBytes(),
                                event.reason(),
                                now));
    }
}
