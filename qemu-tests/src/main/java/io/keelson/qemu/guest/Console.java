package io.keelson.qemu.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows the log file of a serial console while the machine writes it. */
public final class Console implements AutoCloseable {
    /**
     * A console that says more than this is not followed further; a panic loop could go on for
     * ever.
     */
    static final int TEXT_BYTES_MAX = 32 << 20;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final Pattern ANSI =
            Pattern.compile("\\x1b(\\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>])|\\r|\\x00");

    private final Path log;
    private final StringBuilder text = new StringBuilder();
    private final Thread follower;
    private long readBytes;
    private volatile boolean closed;

    private Console(Path log) {
        this.log = log;
        this.follower = Thread.ofVirtual().name("console").unstarted(this::follow);
    }

    /** Starts at the beginning of {@code log}, which need not exist yet. */
    public static Console follow(Path log) {
        Console console = new Console(log);
        console.follower.start();
        return console;
    }

    /** The position after everything read so far; later texts are found with {@link #since}. */
    public int mark() {
        synchronized (text) {
            return text.length();
        }
    }

    /** What was said after a mark, without colours and carriage returns. */
    public String since(int mark) {
        synchronized (text) {
            return text.substring(Math.min(mark, text.length()));
        }
    }

    /** The last lines, for an error report. */
    public String tail(int lines) {
        String all = since(0).stripTrailing();
        int from = all.length();
        for (int line = 0; line < lines && from > 0; line++) {
            from = all.lastIndexOf('\n', from - 1);
        }
        return all.substring(from + 1);
    }

    /**
     * Waits for the first match after {@code mark}.
     *
     * @param worthWaiting asked now and then; false ends the wait early (the machine is gone)
     * @return nothing when the deadline passed first
     */
    public Optional<MatchResult> waitFor(
            Pattern pattern, int mark, Duration deadline, BooleanSupplier worthWaiting)
            throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            boolean alive = worthWaiting.getAsBoolean();
            Optional<MatchResult> found = find(pattern, mark);
            if (found.isPresent() || !alive || System.nanoTime() >= end) {
                return found;
            }
            synchronized (text) {
                text.wait(POLL_INTERVAL.toMillis() * 2);
            }
        }
    }

    /** The first match after {@code mark} in what was said so far. */
    public Optional<MatchResult> find(Pattern pattern, int mark) {
        Matcher matcher = pattern.matcher(since(mark));
        return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
    }

    private void follow() {
        while (!closed && readBytes < TEXT_BYTES_MAX) {
            try {
                if (Files.exists(log)) {
                    readNew();
                }
                TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL.toMillis());
            } catch (InterruptedException | ClosedByInterruptException _) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the console log " + log, e);
            }
        }
    }

    private void readNew() throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer, readBytes) > 0 && readBytes < TEXT_BYTES_MAX) {
                buffer.flip();
                int whole = wholeLines(buffer);
                readBytes += whole;
                append(new String(buffer.array(), 0, whole, StandardCharsets.UTF_8));
                if (whole == 0) {
                    return;
                }
                buffer.clear();
            }
        }
    }

    /**
     * Bytes up to the last newline, so that no escape sequence or character is cut; all when none
     * is in sight.
     */
    private static int wholeLines(ByteBuffer buffer) {
        for (int i = buffer.limit() - 1; i >= 0; i--) {
            if (buffer.get(i) == '\n') {
                return i + 1;
            }
        }
        return buffer.limit() == buffer.capacity() ? buffer.limit() : 0;
    }

    private void append(String raw) {
        String clean = ANSI.matcher(raw).replaceAll("");
        synchronized (text) {
            text.append(clean);
            text.notifyAll();
        }
    }
}
