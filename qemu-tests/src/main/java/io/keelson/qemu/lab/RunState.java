package io.keelson.qemu.lab;

import io.keelson.cli.terminal.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** One demo at a time in a directory, and a clean start after one that was cut off. */
public final class RunState implements AutoCloseable {
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(5);
    private static final long POLL_NANOS = 20_000_000;

    private final FileChannel channel;
    private final Path pids;
    private final Path run;

    private RunState(FileChannel channel, Path pids, Path run) {
        this.channel = channel;
        this.pids = pids;
        this.run = run;
    }

    /**
     * Takes the directory for this process; ends what an earlier, killed demo left running and
     * removes what it left half done.
     */
    public static RunState take(LabSettings settings) throws IOException {
        Files.createDirectories(settings.store());
        Path lockFile = settings.store().resolve("lock");
        FileChannel channel =
                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new CommandFailure(
                    "another demo runs in "
                            + settings.store()
                            + ": wait for it, end it, or choose another --dir");
        }
        RunState state = new RunState(channel, settings.store().resolve("pids"), settings.run());
        state.cleanUp();
        return state;
    }

    /**
     * Remembers a child process and the directory its command line names, for the case that this
     * process is killed before it can end it.
     */
    public void remember(long pid) throws IOException {
        Files.writeString(
                pids,
                pid + " " + run + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(pids);
        channel.close();
    }

    private void cleanUp() throws IOException {
        if (Files.exists(pids)) {
            for (String line : Files.readAllLines(pids, StandardCharsets.UTF_8)) {
                String[] child = line.split(" ", 2);
                if (child.length == 2) {
                    endIfOurs(Long.parseLong(child[0]), child[1]);
                }
            }
            Files.delete(pids);
        }
        if (Files.exists(run)) {
            try (Stream<Path> paths = Files.walk(run)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(run);
    }

    /**
     * A process id may belong to somebody else by now: only a command line that names the run's
     * directory is ours.
     */
    private static void endIfOurs(long pid, String runDirectory) throws IOException {
        Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
        if (!Files.isReadable(commandLine)) {
            return;
        }
        String arguments = new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8);
        if (arguments.contains(runDirectory)) {
            ProcessHandle.of(pid).ifPresent(RunState::kill);
        }
    }

    /** Its port and its files are free when it is gone. */
    private static void kill(ProcessHandle child) {
        child.destroyForcibly();
        long end = System.nanoTime() + KILL_DEADLINE.toNanos();
        while (child.isAlive() && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }
}
