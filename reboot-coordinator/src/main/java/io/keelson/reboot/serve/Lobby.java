package io.keelson.reboot.serve;

import io.keelson.reboot.Audience;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Nodes whose request is open and waits for its turn. */
final class Lobby implements Audience {
    private final ConcurrentHashMap<String, Seat> seats = new ConcurrentHashMap<>();

    /** One node that waits, on one connection or more. */
    static final class Seat {
        private final CountDownLatch called = new CountDownLatch(1);
        private volatile long fence;
        private volatile long heardNanos;
        private int connections;

        /** Blocks until the node is granted its slot, or the time is over. */
        OptionalLong await(Duration atMost) throws InterruptedException {
            return called.await(atMost.toNanos(), TimeUnit.NANOSECONDS) && fence > 0
                    ? OptionalLong.of(fence)
                    : OptionalLong.empty();
        }
    }

    /** To be left by {@link #leave}. */
    Seat enter(String id, long nanos) {
        return java.util.Objects.requireNonNull(
                seats.compute(
                        id,
                        (_, present) -> {
                            // One who was called has been answered: the next turn is another.
                            boolean isFresh = present == null || present.called.getCount() == 0;
                            Seat seat = isFresh ? new Seat() : present;
                            seat.heardNanos = isFresh ? nanos : seat.heardNanos;
                            seat.connections++;
                            return seat;
                        }));
    }

    void leave(String id, Seat seat) {
        seats.computeIfPresent(
                id,
                (_, present) -> {
                    if (present != seat) {
                        return present;
                    }
                    seat.connections--;
                    return seat.connections == 0 ? null : seat;
                });
    }

    @Override
    public boolean isPresent(String id) {
        Seat seat = seats.get(id);
        return seat != null && seat.called.getCount() > 0;
    }

    @Override
    public void granted(String id, long fence) {
        Seat seat = seats.get(id);
        if (seat != null) {
            seat.fence = fence;
            seat.called.countDown();
        }
    }

    /** Nobody is called from here any more: whoever waits is sent away. */
    void close() {
        seats.values().forEach(seat -> seat.called.countDown());
    }

    @Override
    public boolean isEmpty() {
        return seats.isEmpty();
    }

    int size() {
        return seats.size();
    }

    /** Those whose place was not renewed for that long; they count as renewed from now on. */
    List<String> unheard(Duration since, long nanos) {
        return seats.entrySet().stream()
                .filter(entry -> nanos - entry.getValue().heardNanos > since.toNanos())
                .peek(entry -> entry.getValue().heardNanos = nanos)
                .map(java.util.Map.Entry::getKey)
                .toList();
    }
}
