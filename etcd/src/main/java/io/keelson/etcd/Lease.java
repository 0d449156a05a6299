package io.keelson.etcd;

/**
 * A lease as etcd granted or renewed it. Its end is a minimum, not an exact time: etcd counts anew
 * after a change of leader, so never infer from a lease alone that somebody else has stopped.
 *
 * @param ttlSeconds seconds left, 0 when the lease is gone
 */
public record Lease(long id, long ttlSeconds) {}
