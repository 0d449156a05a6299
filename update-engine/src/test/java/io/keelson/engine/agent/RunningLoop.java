package io.keelson.engine.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The agent's loop on a thread of its own, as in the daemon. */
final class RunningLoop implements AutoCloseable {
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);
    private final Thread thread;

    RunningLoop(Agent agent) {
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                agent.run();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT_NANOS_MAX;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the agent did not get there in time");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(WAIT_NANOS_MAX / 1_000_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
