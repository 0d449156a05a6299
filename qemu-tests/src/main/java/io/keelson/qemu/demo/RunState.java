package io.keelson.qemu.demo;

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
import java.util.Comparator;
import java.util.stream.Stream;

/** One demo at a time in a directory, and a clean start after one that was cut off. */
final class RunState implements AutoCloseable {
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
    static RunState take(DemoSettings settings) throws IOException {
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

    /** Remembers a child process, for the case that this process is killed before it can end it. */
    void remember(long pid) throws IOException {
        Files.writeString(
                pids,
                pid + "\n",
                StandardCharsets.US_ASCII,
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
            for (String pid : Files.readAllLines(pids, StandardCharsets.US_ASCII)) {
                endIfOurs(Long.parseLong(pid.strip()));
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
     * A process id may belong to somebody else by now: only a command line that names our directory
     * is ours.
     */
    private void endIfOurs(long pid) throws IOException {
        Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
        if (!Files.isReadable(commandLine)) {
            return;
        }
        String arguments = Files.readString(commandLine, StandardCharsets.ISO_8859_1);
        if (arguments.contains(run.toString())) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
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
