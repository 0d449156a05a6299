package io.keelson.etcd;

import okio.ByteString;

/** One step of a {@link Transaction}. */
public sealed interface Operation {
    /** Writes a key; {@code lease} 0 binds it to none. */
    record Put(String key, ByteString value, long lease) implements Operation {}

    record Read(Range range) implements Operation {}

    record Delete(String key) implements Operation {}

    static Operation put(String key, ByteString value) {
        return new Put(key, value, 0);
    }

    static Operation read(String key) {
        return new Read(Range.ofKey(key));
    }
}
