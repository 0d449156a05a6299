package io.keelson.etcd;

import java.util.List;

/** What a {@link Watch} saw next. */
public sealed interface WatchStep {
    /** Changes in order; {@code revision} is the store's, watch on from the next one. */
    record Changed(long revision, List<Change> changes) implements WatchStep {
        public Changed {
            changes = List.copyOf(changes);
        }
    }

    /** No more will come from this watch: read the keys again, then watch from there. */
    record Ended(End why, String reason) implements WatchStep {}

    /** Why a watch ended. */
    enum End {
        /** {@link Watch#close()} was called. */
        CLOSED,
        /** The time given to the watch is over. */
        TIMED_OUT,
        /** The revision to start from is gone. */
        COMPACTED,
        /** The connection or the member was lost, or answered something unreadable. */
        LOST
    }

    /** One change of one key. */
    sealed interface Change {
        record Put(KeyValue value) implements Change {}

        record Deleted(String key, long revision) implements Change {}
    }
}
