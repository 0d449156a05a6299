package io.keelson.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one place that starts external programs: an argument list, never a shell string. */
public final class Command {
    /** More output than this on one stream fails the command. */
    public static final int OUTPUT_BYTES_MAX = 16 << 20;

    private static final int STDERR_CHARS_SHOWN = 2000;
    private static final Path NOTHING = Path.of("/dev/null");

    private Command() {}

    /**
     * What a finished program left.
     *
     * @param exitCode its exit status; 128 + signal when a signal ended it
     */
    public record Result(List<String> argv, int exitCode, String stdout, String stderr) {
        public Result {
            argv = List.copyOf(argv);
        }

        public boolean ok() {
            return exitCode == 0;
        }

        /**
         * This result, if the program succeeded.
         *
         * @param what the activity as the user knows it, such as {@code formatting the ESP}
         * @throws IOException when it did not; carries the exit code and the end of stderr
         */
        public Result orThrow(String what) throws IOException {
            if (ok()) {
                return this;
            }
            String text = stderr.strip();
            String tail = text.substring(Math.max(0, text.length() - STDERR_CHARS_SHOWN));
            throw new IOException(
                    "%s failed: %s ended with exit code %d: %s"
                            .formatted(what, String.join(" ", argv), exitCode, tail));
        }
    }

    /** Runs a program to its end, with this process's environment and an empty stdin. */
    public static Result run(List<String> argv, Duration deadline)
            throws IOException, InterruptedException {
        return run(argv, deadline, Map.of());
    }

    /**
     * Runs a program to its end, with an empty stdin.
     *
     * @param environment added to this process's environment
     * @throws IOException when it cannot be started, does not end before the deadline (then its
     *     whole process tree is killed), or prints more than {@link #OUTPUT_BYTES_MAX}
     */
    public static Result run(List<String> argv, Duration deadline, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = builder(argv, environment);
        long endNanos = System.nanoTime() + deadline.toNanos();
        try (ChildProcess child = new ChildProcess(builder.start(), argv)) {
            FutureTask<String> stdout = collect(child.process().getInputStream(), "stdout");
            FutureTask<String> stderr = collect(child.process().getErrorStream(), "stderr");
            // Output first: a program that fills a pipe nobody reads never ends.
            String out = await(stdout, endNanos, argv, deadline);
            String err = await(stderr, endNanos, argv, deadline);
            long left = Math.max(0, endNanos - System.nanoTime());
            var exitCode = child.waitFor(Duration.ofNanos(left));
            if (exitCode.isEmpty()) {
                throw late(argv, deadline);
            }
            return new Result(argv, exitCode.getAsInt(), out, err);
        }
    }

    /**
     * Starts a program that runs beside this one; closing the answer ends it with all its
     * descendants.
     *
     * @param logFile gets its stdout and stderr, appended
     * @param environment added to this process's environment
     */
    public static ChildProcess start(
            List<String> argv, Path logFile, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = builder(argv, environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        return new ChildProcess(builder.start(), argv);
    }

    /**
     * Starts a program that is talked to over its stdin and stdout; closing the answer ends it with
     * all its descendants.
     *
     * @param lineBytesMax a longer line is a failure of {@link Dialogue#hear}
     */
    public static Dialogue converse(List<String> argv, int lineBytesMax) throws IOException {
        ProcessBuilder builder = builder(argv, Map.of());
        builder.redirectInput(ProcessBuilder.Redirect.PIPE);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new Dialogue(new ChildProcess(builder.start(), argv), lineBytesMax);
    }

    private static ProcessBuilder builder(List<String> argv, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(NOTHING.toFile()));
        return builder;
    }

    private static FutureTask<String> collect(InputStream stream, String name) {
        FutureTask<String> task =
                new FutureTask<>(() -> {
                    byte[] bytes = stream.readNBytes(OUTPUT_BYTES_MAX + 1);
                    if (bytes.length > OUTPUT_BYTES_MAX) {
                        throw new IOException(
                                "more than %d bytes on %s".formatted(OUTPUT_BYTES_MAX, name));
                    }
                    return new String(bytes, StandardCharsets.UTF_8);
                });
        // Platform threads: a pipe read may hold a carrier of the virtual ones for minutes.
        Thread.ofPlatform().daemon().name("command-" + name).start(task);
        return task;
    }

    private static String await(
            FutureTask<String> task, long endNanos, List<String> argv, Duration deadline)
            throws IOException, InterruptedException {
        try {
            return task.get(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw late(argv, deadline);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "reading the output of %s failed: %s"
                            .formatted(argv.getFirst(), cause.getMessage()),
                    cause);
        }
    }

    private static IOException late(List<String> argv, Duration deadline) {
        return new IOException(
                "%s did not finish within %d ms and was killed"
                        .formatted(String.join(" ", argv), deadline.toMillis()));
    }
}
