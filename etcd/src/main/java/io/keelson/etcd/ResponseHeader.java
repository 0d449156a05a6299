package io.keelson.etcd;

/**
 * Which cluster answered, and at which revision of its store.
 *
 * @param clusterId unsigned decimal id of the cluster, the same on all its members
 * @param memberId unsigned decimal id of the member that answered
 */
public record ResponseHeader(String clusterId, String memberId, long revision) {}
