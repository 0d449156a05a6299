package io.keelson.omaha;

import java.util.Optional;

/**
 * The {@code event} element of a request: one step of an update that the host took.
 *
 * @param type one of {@link EventType}, or any other number
 * @param result one of {@link EventResult}, or any other number
 * @param errorCode one of {@link ErrorCode}, possibly with flag bits
 * @param previousVersion the release the host came from, or empty
 * @param nextVersion the release the host went for, or empty
 * @param reason why it failed in one sentence (our attribute {@code keelson_reason}), or empty; cut
 *     at {@link #REASON_CHARACTERS_MAX}
 * @param transfer what was downloaded for it, if the host says so
 */
public record OmahaEvent(
        int type,
        int result,
        Optional<Integer> errorCode,
        String previousVersion,
        String nextVersion,
        String reason,
        Optional<Transfer> transfer) {
    public static final int REASON_CHARACTERS_MAX = 1000;

    /**
     * What a release was made from.
     *
     * @param artifact a package's {@code keelson_kind} (our attribute {@code keelson_artifact})
     * @param downloadedBytes Omaha's {@code downloaded}: all that came over the network
     */
    public record Transfer(String artifact, long downloadedBytes) {}

    public OmahaEvent {
        if (reason.length() > REASON_CHARACTERS_MAX) {
            reason = reason.substring(0, REASON_CHARACTERS_MAX);
        }
    }

    /** An event of a host that does not say what it has downloaded. */
    public OmahaEvent(
            int type,
            int result,
            Optional<Integer> errorCode,
            String previousVersion,
            String nextVersion,
            String reason) {
        this(type, result, errorCode, previousVersion, nextVersion, reason, Optional.empty());
    }

    /** An event without an error. */
    public static OmahaEvent success(int type, int result, String from, String to) {
        return new OmahaEvent(type, result, Optional.empty(), from, to, "");
    }

    /** The failure of the update from one release to another (3/0). */
    public static OmahaEvent failure(int errorCode, String from, String to, String reason) {
        return new OmahaEvent(
                EventType.UPDATE_COMPLETE,
                EventResult.ERROR,
                Optional.of(errorCode),
                from,
                to,
                reason);
    }
}
