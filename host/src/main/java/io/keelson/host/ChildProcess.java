package io.keelson.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A running program and its descendants; closing it ends all of them. */
public final class ChildProcess implements AutoCloseable {
    /** Time between asking a tree to end (SIGTERM) and ending it (SIGKILL). */
    static final Duration TERM_GRACE = Duration.ofSeconds(5);

    private static final Duration KILL_GRACE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 20;

    private final Process process;
    private final List<String> argv;

    ChildProcess(Process process, List<String> argv) {
        this.process = process;
        this.argv = List.copyOf(argv);
    }

    Process process() {
        return process;
    }

    public long pid() {
        return process.pid();
    }

    public List<String> argv() {
        return argv;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code, or nothing when the program still runs at the deadline. */
    public OptionalInt waitFor(Duration deadline) throws InterruptedException {
        return process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Sends SIGTERM to the whole tree, then SIGKILL to what is left; bounded in time. */
    @Override
    public void close() {
        // Children of a dead parent belong to init and are no longer found through it: remember
        // them.
        Map<Long, ProcessHandle> tree = new LinkedHashMap<>();
        remember(process.toHandle(), tree);
        boolean interrupted = endAll(tree, false, TERM_GRACE);
        interrupted |= endAll(tree, true, KILL_GRACE);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the thread was interrupted; the tree is ended all the same. */
    private static boolean endAll(
            Map<Long, ProcessHandle> tree, boolean forcibly, Duration deadline) {
        boolean interrupted = false;
        long endNanos = System.nanoTime() + deadline.toNanos();
        Map<Long, ProcessHandle> signalled = new LinkedHashMap<>();
        while (true) {
            for (ProcessHandle known : List.copyOf(tree.values())) {
                remember(known, tree);
            }
            tree.values().removeIf(handle -> !isRunning(handle));
            for (ProcessHandle handle : tree.values()) {
                if (signalled.put(handle.pid(), handle) == null || forcibly) {
                    boolean _ = forcibly ? handle.destroyForcibly() : handle.destroy();
                }
            }
            if (tree.isEmpty() || System.nanoTime() >= endNanos) {
                return interrupted;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
    }

    /** A zombie has ended; where init does not reap (some containers), it stays one for ever. */
    private static boolean isRunning(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            // proc(5): "pid (name) state ..."; the name may contain parentheses.
            String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException _) {
            return handle.isAlive();
        }
    }

    private static void remember(ProcessHandle parent, Map<Long, ProcessHandle> tree) {
        tree.putIfAbsent(parent.pid(), parent);
        parent.descendants().forEach(child -> tree.putIfAbsent(child.pid(), child));
    }
}
