package io.keelson.etcd;

import java.util.List;

/**
 * A lease as etcd granted or renewed it. Its end is a minimum, not an exact time: etcd counts anew
 * after a change of leader, so never infer from a lease alone that somebody else has stopped.
 *
 * @param ttlSeconds seconds left, 0 when the lease is gone
 */
public record Lease(long id, long ttlSeconds) {
    /**
     * A lease as it stands.
     *
     * @param grantedSeconds what each renewal gives it, 0 when it is gone
     * @param keys those that end with it
     */
    public record Standing(Lease lease, long grantedSeconds, List<String> keys) {
        public Standing {
            keys = List.copyOf(keys);
        }

        public boolean gone() {
            return lease.ttlSeconds() == 0;
        }
    }
}
