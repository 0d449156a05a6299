package io.keelson.qemu.service;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Child processes and what else must not outlive this one: closed in reverse order, at the end or
 * when the user presses Ctrl-C.
 */
public final class Belongings implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Belongings.class.getName());

    private final Deque<AutoCloseable> held = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAll, "belongings");
    private boolean gone;

    /** Starts to listen for the end of this process. */
    public static Belongings open() {
        Belongings belongings = new Belongings();
        Runtime.getRuntime().addShutdownHook(belongings.hook);
        return belongings;
    }

    /** Holds one more; when the end has come already it is closed at once. */
    public <T extends AutoCloseable> T hold(T one) {
        synchronized (this) {
            if (!gone) {
                held.push(one);
                return one;
            }
        }
        closeOne(one);
        throw new IllegalStateException("this process is ending");
    }

    /** Closes one of them before its time. */
    public void release(AutoCloseable one) {
        synchronized (this) {
            held.remove(one);
        }
        closeOne(one);
    }

    /** Whether the end has begun. */
    public synchronized boolean isGone() {
        return gone;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends; the hook closes everything, or has.
        }
        closeAll();
    }

    private void closeAll() {
        for (AutoCloseable next = take(); next != null; next = take()) {
            closeOne(next);
        }
    }

    private synchronized @Nullable AutoCloseable take() {
        gone = true;
        return held.poll();
    }

    private static void closeOne(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not end {0}: {1}",
                    one.getClass().getSimpleName(),
                    e);
        }
    }
}
