package io.keelson.host;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A running program that is talked to in lines over its stdin and stdout; its stderr is ours.
 * Closing the dialogue closes its stdin, then ends it with all its descendants.
 */
public final class Dialogue implements AutoCloseable {
    private static final int LINES_AHEAD_MAX = 4;

    private final ChildProcess child;
    private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(LINES_AHEAD_MAX);
    private final Thread listener;

    private sealed interface Heard {
        record Line(String text) implements Heard {}

        record End() implements Heard {}

        record Failure(IOException cause) implements Heard {}
    }

    Dialogue(ChildProcess child, int lineBytesMax) {
        this.child = child;
        // A pipe cannot be read in a way that an interrupt ends; this thread can be left behind.
        this.listener =
                Thread.ofPlatform()
                        .daemon()
                        .name("dialogue")
                        .start(() -> listen(child.process().getInputStream(), lineBytesMax));
    }

    private void listen(InputStream stdout, int lineBytesMax) {
        try {
            try (InputStream in = new BufferedInputStream(stdout)) {
                String line = readLine(in, lineBytesMax);
                while (line != null) {
                    heard.put(new Heard.Line(line));
                    line = readLine(in, lineBytesMax);
                }
                heard.put(new Heard.End());
            } catch (IOException e) {
                heard.put(new Heard.Failure(e));
            } catch (RuntimeException | Error e) {
                // Whoever hears would wait for ever.
                heard.put(new Heard.Failure(new IOException("its output was lost: " + e, e)));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One line of UTF-8 without its end; null at the end of the stream, where a beginning of a line
     * does not count.
     */
    public static @Nullable String readLine(InputStream in, int bytesMax) throws IOException {
        var line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            if (line.size() == bytesMax) {
                throw new IOException("a line is longer than " + bytesMax + " bytes");
            }
            line.write(next);
            next = in.read();
        }
        return next < 0 ? null : line.toString(StandardCharsets.UTF_8);
    }

    /** Sends one line; a program that has ended is an exception. */
    public void say(String line) throws IOException {
        OutputStream stdin = child.process().getOutputStream();
        stdin.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
    }

    /** Waits for the program's next line; null when it has closed its stdout. */
    public @Nullable String hear() throws IOException, InterruptedException {
        return switch (heard.take()) {
            case Heard.Line(var text) -> text;
            case Heard.End _ -> null;
            case Heard.Failure(var cause) -> throw cause;
        };
    }

    /** The exit code, or nothing when the program still runs at the deadline. */
    public OptionalInt waitFor(Duration deadline) throws InterruptedException {
        return child.waitFor(deadline);
    }

    public long pid() {
        return child.pid();
    }

    @Override
    public void close() {
        try {
            child.process().getOutputStream().close();
        } catch (IOException _) {
            // It has ended already.
        }
        child.close();
        listener.interrupt();
    }
}
