package io.keelson.etcd;

import java.util.List;

/**
 * The state of the one member that answered.
 *
 * @param leaderId unsigned decimal id of the member it follows, {@code 0} when it knows none
 * @param errors of the member, such as an alarm about a full store
 */
public record MemberStatus(
        ResponseHeader header,
        String version,
        String leaderId,
        Database database,
        List<String> errors) {
    public MemberStatus {
        errors = List.copyOf(errors);
    }

    /** Sizes of the member's store. */
    public record Database(long bytes, long bytesInUse) {}

    public boolean isLeader() {
        return leaderId.equals(header.memberId());
    }
}
