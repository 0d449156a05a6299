package io.keelson.etcd;

/** Changes of keys as they happen; owned by one reading thread, closed by any. */
public final class Watch implements AutoCloseable {
    Watch() {}

    /** Blocks until the keys change or the watch ends; after an end, answers that end again. */
    public WatchStep next() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
