package io.keelson.payload.apply;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Joins the threads of one apply: bounded queues between them, and one failure that stops them all.
 */
final class Belt {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Throwable failure;

    /** Stops every thread at its next step; of several failures the first is the one to tell. */
    void fail(Throwable cause) {
        lock.lock();
        try {
            if (failure == null && !(cause instanceof StoppedException)) {
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What stopped the threads, if anything did. */
    @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Lets waiting threads look again. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a condition that only {@link #change} makes true. */
    void await(BooleanSupplier condition) throws StoppedException {
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (failure != null) {
                    throw new StoppedException();
                }
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
            throw new StoppedException();
        } finally {
            lock.unlock();
        }
    }

    <T> Queue<T> queue(int capacity) {
        return new Queue<>(capacity);
    }

    /** First in, first out; who puts waits for room, who takes waits for an item. */
    final class Queue<T> {
        private final Deque<T> items = new ArrayDeque<>();
        private final int capacity;

        private Queue(int capacity) {
            this.capacity = capacity;
        }

        void put(T item) throws StoppedException {
            lock.lock();
            try {
                await(() -> items.size() < capacity);
                change(() -> items.addLast(item));
            } finally {
                lock.unlock();
            }
        }

        T take() throws StoppedException {
            lock.lock();
            try {
                await(() -> !items.isEmpty());
                T item = items.removeFirst();
                changed.signalAll();
                return item;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Another thread failed; whoever gets this ends quietly. */
    static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("another thread of the apply failed");
        }
    }
}
