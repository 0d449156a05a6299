package io.keelson.server.fleet;

import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.EventResult;
import io.keelson.omaha.EventType;
import io.keelson.omaha.OmahaEvent;

import java.time.Instant;
import java.util.Set;

/** What one event of a host means for it; the table is in {@link HostStatus}. */
sealed interface EventOutcome {
    /** The event says nothing about the host's state. */
    record Nothing() implements EventOutcome {}

    record Moved(HostStatus status) implements EventOutcome {}

    /** The host runs {@code version} now, after an update. */
    record Updated(HostStatus status, String version) implements EventOutcome {}

    /**
     * The update to a release failed.
     *
     * @param blamesRelease whether the release is to blame, so that it is not offered again
     */
    record Failed(HostStatus status, HostError error, boolean blamesRelease)
            implements EventOutcome {}

    /** update_engine sends these with ordinary checks, where they mean "no update happened". */
    Set<String> NO_PREVIOUS_VERSION = Set.of("", "0.0.0.0");

    /** The host looked at the payload and did not trust it. */
    Set<Integer> REFUSALS =
            Set.of(
                    ErrorCode.PAYLOAD_VERIFICATION,
                    ErrorCode.SIGNED_DELTA_PAYLOAD_EXPECTED,
                    ErrorCode.PAYLOAD_PUB_KEY_VERIFICATION,
                    ErrorCode.SIGNATURE_MISSING_IN_MANIFEST,
                    ErrorCode.MANIFEST_PARSE,
                    ErrorCode.METADATA_SIGNATURE_VERIFICATION,
                    ErrorCode.METADATA_SIGNATURE_MISMATCH,
                    ErrorCode.INVALID_METADATA_SIGNATURE,
                    ErrorCode.OPERATION_HASH_MISSING,
                    ErrorCode.METADATA_SIGNATURE_MISSING);

    /**
     * The network, the host or a policy was in the way; the release itself was not judged. That
     * goes for all that a published payload cannot have, since it was checked when it came in:
     * sizes and hashes that do not fit mean that it was damaged on its way to the host. It goes for
     * a disk that has no room or cannot be written as well: the host tries again, each time after a
     * longer while.
     */
    Set<Integer> TRANSIENT =
            Set.of(
                    ErrorCode.PAYLOAD_HASH_MISMATCH,
                    ErrorCode.PAYLOAD_SIZE_MISMATCH,
                    ErrorCode.INVALID_METADATA_MAGIC,
                    ErrorCode.INVALID_METADATA_SIZE,
                    ErrorCode.METADATA_SIGNATURE_ERROR,
                    ErrorCode.OPERATION_HASH_VERIFICATION,
                    ErrorCode.OPERATION_HASH_MISMATCH,
                    ErrorCode.OMAHA_REQUEST,
                    ErrorCode.DOWNLOAD_TRANSFER,
                    ErrorCode.DOWNLOAD_WRITE,
                    ErrorCode.INSTALL_DEVICE_OPEN,
                    ErrorCode.NOT_ENOUGH_SPACE,
                    ErrorCode.OMAHA_XML_PARSE,
                    ErrorCode.OMAHA_RESPONSE_INVALID,
                    ErrorCode.OMAHA_ERROR_IN_HTTP_RESPONSE,
                    ErrorCode.IGNORED_PER_POLICY,
                    ErrorCode.DEFERRED_PER_POLICY,
                    ErrorCode.DEFERRED_FOR_BACKOFF);

    static EventOutcome of(Host host, OmahaEvent event, Instant now) {
        String next = HostReport.cut(event.nextVersion());
        HostStatus status = host.status();
        return switch (event.type()) {
            case EventType.UPDATE_DOWNLOAD_STARTED ->
                    step(host, event, status.at(HostState.DOWNLOADING, next), now);
            case EventType.UPDATE_DOWNLOAD_FINISHED ->
                    step(host, event, status.at(HostState.DOWNLOADED, next), now);
            case EventType.UPDATE_COMPLETE ->
                    event.result() == EventResult.SUCCESS_REBOOT
                            ? rebooted(host, event)
                            : step(host, event, status.at(HostState.REBOOT_PENDING, next), now);
            default -> new Nothing();
        };
    }

    private static EventOutcome step(Host host, OmahaEvent event, HostStatus success, Instant now) {
        return switch (event.result()) {
            case EventResult.SUCCESS -> new Moved(success);
            case EventResult.ERROR -> failed(host, event, now);
            default -> new Nothing();
        };
    }

    private static EventOutcome rebooted(Host host, OmahaEvent event) {
        if (NO_PREVIOUS_VERSION.contains(event.previousVersion())) {
            return new Nothing();
        }
        String version = host.report().version();
        return new Updated(host.status().updatedTo(version), version);
    }

    private static EventOutcome failed(Host host, OmahaEvent event, Instant now) {
        int code = ErrorCode.withoutFlags(event.errorCode().orElse(ErrorCode.ERROR));
        HostError error = new HostError(releaseThatFailed(host, event), code, event.reason(), now);
        boolean passing = TRANSIENT.contains(code) || code > ErrorCode.HTTP_STATUS_BASE;
        HostState how =
                code == ErrorCode.ROLLBACK
                        ? HostState.ROLLED_BACK
                        : REFUSALS.contains(code) ? HostState.REFUSED : HostState.FAILED;
        return new Failed(host.status().failed(how, error), error, !passing);
    }

    /** Clients that do not name the release mean the one they were offered last. */
    private static String releaseThatFailed(Host host, OmahaEvent event) {
        if (!event.nextVersion().isEmpty()) {
            return HostReport.cut(event.nextVersion());
        }
        String running = host.report().version();
        String previous = HostReport.cut(event.previousVersion());
        String target = host.status().target();
        boolean cameFromIt = !previous.isEmpty() && !previous.equals(running);
        return target.equals(running) && cameFromIt ? previous : target;
    }
}
