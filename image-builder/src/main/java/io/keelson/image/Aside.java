package io.keelson.image;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work on another core while the build goes on. Closing waits for its end, so that nothing is
 * written any more when a failed build tidies up.
 */
final class Aside<T> implements AutoCloseable {
    private final String name;
    private final FutureTask<T> task;

    private Aside(String name, FutureTask<T> task) {
        this.name = name;
        this.task = task;
    }

    static <T> Aside<T> start(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name(name).start(task);
        return new Aside<>(name, task);
    }

    /** What came of it. */
    T await() throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IOException(name + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        boolean isInterrupted = false;
        while (!task.isDone()) {
            try {
                T _ = task.get();
            } catch (InterruptedException _) {
                isInterrupted = true;
            } catch (ExecutionException _) {
                // Told by await to whoever wants to know.
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
