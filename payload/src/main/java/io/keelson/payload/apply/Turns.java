package io.keelson.payload.apply;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps what several threads execute side by side in the payload's order where it leaves them: an
 * operation's content goes on only when that of every operation before it did.
 */
final class Turns {
    private final Belt belt;
    private final AtomicInteger running;

    /** Number of the operation whose content may go on; guarded by the belt. */
    private long current;

    Turns(Belt belt, int threads) {
        this.belt = belt;
        this.running = new AtomicInteger(threads);
    }

    /** Waits until everything before this operation is done. */
    void await(long number) throws Belt.StoppedException {
        belt.await(() -> current == number);
    }

    /** States that the operation whose turn it is is done. */
    void next() {
        belt.change(() -> current++);
    }

    /** States that the calling thread has no more to do; true for the last one. */
    boolean leave() {
        return running.decrementAndGet() == 0;
    }
}
