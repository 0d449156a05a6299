package io.keelson.etcd;

/**
 * Which cluster answered, and at which revision of its store.
 *
 * <p>A store restored from a snapshot may keep its cluster id (it is derived from the members'
 * addresses and the cluster's token), so only a revision below one already seen proves it.
 *
 * @param clusterId unsigned decimal id of the cluster, the same on all its members
 * @param memberId unsigned decimal id of the member that answered
 */
public record ResponseHeader(String clusterId, String memberId, long revision) {
    /**
     * Whether a store that answered this can answer {@code later} without a restore in between;
     * {@code later} answers a linearizable read or a write that was sent after this arrived.
     */
    public boolean mayPrecede(ResponseHeader later) {
        return clusterId.equals(later.clusterId) && revision <= later.revision;
    }
}
