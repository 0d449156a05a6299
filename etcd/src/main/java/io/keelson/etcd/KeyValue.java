package io.keelson.etcd;

import okio.ByteString;

/**
 * One key as stored in etcd.
 *
 * @param createRevision revision of the write that created the key
 * @param modRevision revision of the last write to the key
 * @param version writes since creation, the first is 1
 * @param lease id of the lease that ends the key, 0 for none
 */
public record KeyValue(
        String key,
        ByteString value,
        long createRevision,
        long modRevision,
        long version,
        long lease) {
    /** The value read as UTF-8. */
    public String text() {
        return value.utf8();
    }
}
