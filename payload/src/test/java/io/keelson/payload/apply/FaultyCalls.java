package io.keelson.payload.apply;

import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts every call an apply makes to its targets, its sources and its journal, and lets something
 * happen at one of them.
 */
final class FaultyCalls {
    private final AtomicInteger calls = new AtomicInteger();
    private final int at;
    private final Event event;

    /**
     * @param at number of the call, from 0
     */
    FaultyCalls(int at, Event event) {
        this.at = at;
        this.event = event;
    }

    /** Counts and lets all calls pass. */
    static FaultyCalls none() {
        return new FaultyCalls(-1, () -> {});
    }

    int count() {
        return calls.get();
    }

    PayloadTargets around(PayloadTargets targets) {
        return new PayloadTargets(around(targets.usr()), around(targets.uki()));
    }

    PayloadSources around(PayloadSources sources) {
        return new PayloadSources(around(sources.usr()), around(sources.uki()));
    }

    ApplyJournal around(ApplyJournal journal) {
        return new ApplyJournal() {
            @Override
            public Optional<ApplyPoint> load() throws IOException {
                called();
                return journal.load();
            }

            @Override
            public void record(ApplyPoint point) throws IOException {
                called();
                journal.record(point);
            }

            @Override
            public void clear() throws IOException {
                called();
                journal.clear();
            }
        };
    }

    private PayloadTarget around(PayloadTarget target) {
        return new PayloadTarget() {
            @Override
            public void write(ByteBuffer bytes, long offset) throws IOException {
                called();
                target.write(bytes, offset);
            }

            @Override
            public void read(ByteBuffer into, long offset) throws IOException {
                called();
                target.read(into, offset);
            }

            @Override
            public void force() throws IOException {
                called();
                target.force();
            }
        };
    }

    private SourceBytes around(SourceBytes source) {
        return new SourceBytes() {
            @Override
            public long size() {
                return source.size();
            }

            @Override
            public void read(long offset, ByteBuffer into) throws IOException {
                called();
                source.read(offset, into);
            }
        };
    }

    private void called() throws IOException {
        if (calls.getAndIncrement() == at) {
            event.happen();
        }
    }

    /** What happens at the chosen call. */
    @FunctionalInterface
    interface Event {
        void happen() throws IOException;
    }
}
